# SPDX-License-Identifier: Apache-2.0
"""The section of a page that says how fast Tellwire is: figures that nobody has typed."""
import re
import statistics
import textwrap

from . import report

TITLE = "## Speed"
BEFORE = "## Promises and limits"  # Where it goes if the page has none.


def speed(results, picture=None):
    """`picture` as the page refers to it."""
    about = results.about
    shares = [line.get("foreign", 0) for line in results.lines] or [0]
    shown = f"\n![Each ratio as a bar: to the best peer, and to the limit]({picture})\n" if picture else ""
    closing = (f"{report.summary(results)}. Written by `benchmarks/compare --page README.md` on "
               f"{about.get('date', 'an unknown day')}: {about.get('machine', '?')}, {about.get('system', '?')}, "
               f"{about.get('compiler', '?')}; {results.rounds_in_words()}, while others used "
               f"{statistics.median(shares):.0%} of the machine. [docs/performance.md](docs/performance.md#beside-peers) "
               "says what the workloads and the peers are, and how to repeat it on your machine.")
    return f"""{TITLE}

Beside other ways to connect programs, and beside what the machine takes for the bare work; receivers sleep unless said. Each
ratio is the median of ratios within a round; less than 1 is better, also of rates. `free`: the scheduler places the programs;
`split`: each is bound to a processor.

{report.markdown(results)}

{report.further_markdown(results)}
{shown}
{textwrap.fill(closing, 125, break_on_hyphens=False, break_long_words=False)}
"""


def renew(path, section):
    """Puts the section in the place of the one that is there, up to the next heading."""
    text = path.read_text(encoding="utf-8")
    found = re.search(rf"^{TITLE}\n.*?(?=^## |\Z)", text, re.M | re.S)
    if found:
        start, end = found.span()
    else:
        start = end = text.index(BEFORE) if BEFORE in text else len(text)
    path.write_text(text[:start] + section + "\n" + text[end:], encoding="utf-8")
