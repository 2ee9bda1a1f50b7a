"""From what a document says to tidy datasets: relations checked, report and unit named, rows with declared columns."""
