"""Makes sample reports: figures → document and truth, in either form, as a web page or as flattened text.

It knows the official layout from ``pipeline.forms`` and nothing of the readers, so that it can test them. Every unit it names is made up::

    spec = random_spec(random.Random(7), forms="2021", figures="consistent")
    page = render_html(spec, HtmlFlavour(word=True), rng=random.Random(7))
    text = flatten(spec, "A", rng=random.Random(7))
    told = truth(spec, document="report.txt", undecidable=text.undecidable, unjudged=text.unjudged, refused=text.refused)
"""

from pipeline.forms.layout import figure_ids, official_grid, official_sheet
from pipeline.generator.dialects import DIALECTS, Dialect
from pipeline.generator.figures import KINDS, Kind, Written
from pipeline.generator.flatten import Flattened, FlattenOptions, flatten, random_options
from pipeline.generator.html import HtmlFlavour, random_flavour, render_html
from pipeline.generator.spec import ReportSpec, make_spec, random_spec, truth
from pipeline.generator.variants import TRAPS, TableVariant, Trap, random_variant, trapped

__all__ = [
    "DIALECTS",
    "KINDS",
    "TRAPS",
    "Dialect",
    "FlattenOptions",
    "Flattened",
    "HtmlFlavour",
    "Kind",
    "ReportSpec",
    "TableVariant",
    "Trap",
    "Written",
    "figure_ids",
    "flatten",
    "make_spec",
    "official_grid",
    "official_sheet",
    "random_flavour",
    "random_options",
    "random_spec",
    "random_variant",
    "render_html",
    "trapped",
    "truth",
]
