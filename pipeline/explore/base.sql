-- What the pages look up, made from the datasets: where a unit lies, one row a unit and year, one row a place.

-- The smallest place from the county up: a department of a province lies in no county.
CREATE TABLE unit_places AS
SELECT unit_id, name, level, kind, body, resolved, synthetic, reports, first_year, last_year, division_code, former_names,
       names_printed, merged_from, merged_into, township,
       coalesce(county_code, city_code, province_code, 'none') AS place_code,
       coalesce(county, city, province) AS place,
       coalesce(province, '') || CASE WHEN city = province THEN '' ELSE coalesce(city, '') END || coalesce(county, '') AS place_name
FROM units;
CREATE UNIQUE INDEX unit_places_unit ON unit_places (unit_id);
CREATE INDEX unit_places_place ON unit_places (place_code, name);

CREATE TABLE unit_years AS
WITH counted AS (
  SELECT unit_id, report_year, count(*) AS reports, sum(synthetic) AS made_up, sum(figures_doubted) AS doubted,
         sum(figures_read) AS figures, sum(versions - 1) AS other_versions, max(form) AS form,
         sum(proactive_disclosure_state <> 'read') + sum(applications_state <> 'read') + sum(review_litigation_state <> 'read') AS tables_lacking
  FROM reports WHERE report_year IS NOT NULL GROUP BY 1, 2
), zeros AS (
  SELECT unit_id, report_year, max(zero) AS zero, max(evidence) AS evidence FROM answer_zeros GROUP BY 1, 2
), contradicting AS (
  SELECT unit_id, report_year, count(*) AS contradictions FROM answer_contradictions
  WHERE who = 'publisher' AND severity = 'error' GROUP BY 1, 2
), years AS (
  SELECT unit_id, report_year FROM coverage UNION SELECT unit_id, report_year FROM counted
)
SELECT y.unit_id, y.report_year, p.name, p.place_code, coalesce(c.state, 'published') AS state,
       coalesce(c.report_id, (SELECT min(r.report_id) FROM reports r WHERE r.unit_id = y.unit_id AND r.report_year = y.report_year)) AS report_id,
       c.published_on, c.due_on, c.days_late, c.evidence, coalesce(n.reports, 0) AS reports, n.made_up, t.contradictions, n.doubted, n.figures,
       n.tables_lacking, n.form, z.zero, z.evidence AS zero_evidence, p.synthetic
FROM years y JOIN unit_places p USING (unit_id)
LEFT JOIN coverage c USING (unit_id, report_year)
LEFT JOIN counted n USING (unit_id, report_year)
LEFT JOIN zeros z USING (unit_id, report_year)
LEFT JOIN contradicting t USING (unit_id, report_year);
CREATE UNIQUE INDEX unit_years_unit ON unit_years (unit_id, report_year);
CREATE INDEX unit_years_place ON unit_years (place_code, report_year);

CREATE TABLE places AS
SELECT p.place_code, max(p.place) AS place, max(p.place_name) AS place_name, count(DISTINCT p.unit_id) AS units,
       sum(y.reports) AS reports, sum(y.made_up) AS made_up, min(y.report_year) AS first_year, max(y.report_year) AS last_year,
       sum(y.state = 'not_found') AS missing, sum(y.state = 'withdrawn') AS withdrawn, sum(y.state = 'after_deadline') AS late,
       sum(y.state = 'not_collected') AS not_collected, sum(y.state = 'unreadable') AS unreadable,
       sum(y.contradictions > 0) AS contradicting, sum(y.doubted > 0) AS doubted, sum(y.zero IS NOT NULL) AS zero_reports,
       max(p.synthetic) AS synthetic
FROM unit_places p LEFT JOIN unit_years y USING (unit_id) GROUP BY p.place_code;
CREATE UNIQUE INDEX places_code ON places (place_code);

-- How many findings each question has, as its page shows them first.
CREATE TABLE question_counts AS
SELECT q.question, coalesce(p.place_code, 'none') AS place_code, q.who, count(*) AS n FROM (
  SELECT 'missing' AS question, unit_id, who FROM answer_missing
  UNION ALL SELECT 'zeros', unit_id, who FROM answer_zeros WHERE evidence IS NOT NULL
  UNION ALL SELECT 'contradictions', unit_id, who FROM answer_contradictions WHERE severity = 'error'
  UNION ALL SELECT 'requests', unit_id, who FROM answer_requests
  UNION ALL SELECT 'lost', unit_id, who FROM answer_lost
) q LEFT JOIN unit_places p USING (unit_id) GROUP BY 1, 2, 3;

CREATE TABLE years AS
SELECT report_year, sum(reports) AS reports, sum(contradictions > 0) AS contradicting, sum(state = 'after_deadline') AS late,
       sum(state = 'not_found') AS missing, sum(state = 'not_collected') AS not_collected
FROM unit_years GROUP BY 1;

CREATE UNIQUE INDEX report_files_report ON report_files (report_id);
CREATE INDEX reports_unit ON reports (unit_id, report_year);
CREATE INDEX documents_report ON documents (report_id);
CREATE INDEX issues_report ON issues (report_id);
CREATE INDEX issues_document ON issues (document_id);
CREATE INDEX issues_code ON issues (code);
CREATE INDEX failed_checks_report ON failed_checks (report_id);
CREATE INDEX failed_checks_check ON failed_checks (check_id);
CREATE INDEX failed_checks_unit ON failed_checks (unit_id, report_year);
CREATE INDEX issues_unit ON issues (unit_id, report_year);
CREATE INDEX indicators_indicator ON indicators (indicator, unit_id);
CREATE INDEX indicators_unit ON indicators (unit_id);
CREATE INDEX answer_missing_unit ON answer_missing (unit_id);
CREATE INDEX answer_zeros_unit ON answer_zeros (unit_id);
CREATE INDEX answer_contradictions_unit ON answer_contradictions (unit_id);
CREATE INDEX answer_requests_unit ON answer_requests (unit_id);
CREATE INDEX answer_lost_unit ON answer_lost (unit_id);
CREATE INDEX unit_names_unit ON unit_names (unit_id);
