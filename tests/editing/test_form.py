"""The form in the browser: safe, read with the keyboard and by screen readers, and of the same YAML as a sheet."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from conftest import Cli
from efa_lod.editing.edits import Edit, NewThing, Removal, edited_texts
from efa_lod.editing.form_session import difference_of
from efa_lod.editing.provenance import Provenance
from efa_lod.model.publication import read_publication
from support.form_process import FormProcess, running
from support.forty_edits import FORTY, STATES
from support.publications import copied_publication
from support.sites import attributes, axe, chromium, scheme, screen, texts, until

OFFICE = "Digitalisierungsministerium des Landes"
ITVSH = '[data-thing="state/sh#contact-itvsh"]'
EMAIL = f'{ITVSH} [data-key="email"] input'


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Give a browser with the screen of a desk."""
    with chromium("--window-size=1280,900") as browser:
        yield browser


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory, browser: Any) -> Iterator[FormProcess]:
    """Give a form that runs, and let it go before the browser does."""
    with running(tmp_path_factory.mktemp("form") / "own", "--lang", "de") as form:
        browser.get(form.address)
        yield form


def opened(browser: Any, form: FormProcess, path: str = "state/sh?lang=de") -> None:
    """Open a page of *form* and wait until it can be used."""
    browser.execute_script("window.onbeforeunload = null")
    browser.get(form.address.split("?")[0] + path)
    if path.startswith("state"):
        until(browser, lambda: browser.find_elements(By.CSS_SELECTOR, "#record[data-state]"))


def answered(browser: Any) -> None:
    """Wait until what was typed last has been checked."""
    until(browser, lambda: browser.find_elements(By.CSS_SELECTOR, '#record[data-state="checked"]'))


def pressed(browser: Any, selector: str) -> None:
    """Press the button that fits *selector*, in the middle of the window."""
    button = browser.find_element(By.CSS_SELECTOR, selector)
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", button)
    button.click()


def typed(browser: Any, selector: str, text: str) -> None:
    """Put *text* into a field with the keyboard."""
    field = browser.find_element(By.CSS_SELECTOR, selector)
    field.send_keys(Keys.CONTROL, "a")
    field.send_keys(text or Keys.DELETE)


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/", {}, 404),
        ("GET", "/wrong/state/sh", {}, 404),
        ("GET", "{root}state/sh", {"Host": "evil.example"}, 403),
        ("GET", "{root}state/sh", {"Host": "evil.example", "Origin": "http://evil.example"}, 403),
        ("POST", "{root}save", {"Origin": "http://evil.example", "Content-Type": "application/json"}, 403),
        ("POST", "{root}save", {"Origin": "null", "Content-Type": "application/json"}, 403),
        ("POST", "{root}save", {"Content-Type": "text/plain"}, 415),
        ("POST", "{root}save", {"Content-Type": "application/json"}, 400),
        ("POST", "/wrong/save", {"Content-Type": "application/json"}, 404),
        ("GET", "{root}state/zz", {}, 404),
        ("GET", "{root}..%2f..%2fetc%2fpasswd", {}, 404),
        ("GET", "{root}assets/..%2fform_server.py", {}, 404),
        ("GET", "{root}assets/form.js", {}, 200),
    ],
)
def test_only_who_has_the_address_is_answered(
    method: str, path: str, headers: dict[str, str], status: int, form: FormProcess
) -> None:
    """Another token, host or origin, another file or another kind of body is refused."""
    body = b"{}" if method == "POST" else None

    assert form.ask(method, path.format(root=form.root), headers, body)[0] == status


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"[" * 100_000,
        b'{"state": "state/sh"}',
        b'{"state": "data/publication", "base": {}, "wanted": {}}',
        b'{"state": "state/sh", "base": {}, "wanted": {"state/sh": {"id": "x"}}}',
        b'{"state": "state/sh", "base": {}, "wanted": {"organisation/itvsh": {"name.de": "x"}}}',
        b'{"state": "state/sh", "base": {}, "wanted": {"state/sh#contact-itvsh": {"email": 1}}}',
        b'{"state": "state/sh", "base": {}, "wanted": {}, "added": [{"kind": "record.rows", "values": {}}]}',
        b'{"state": "state/sh", "base": {}, "wanted": {}, "removed": [{"thing": "state/sh", "reason": {}}]}',
        b'{"state": "state/sh", "base": {}, "wanted": {}, "removed": [{"thing": "state/he#reuse", "reason": {}}]}',
        b'{"state": "state/sh", "base": {}, "wanted": {}, "stated": {"by": "x", "day": "today"}}',
    ],
)
def test_what_no_form_sends_is_refused(body: bytes, form: FormProcess) -> None:
    """A body that no page of the form sends is told as that, and no file changes."""
    before = (form.folder / "data/states/sh.yaml").read_bytes()

    status, text = form.ask("POST", f"{form.root}save", {"Content-Type": "application/json"}, body)

    assert (status, bool(json.loads(text)["error"])) == (400, True)
    assert (form.folder / "data/states/sh.yaml").read_bytes() == before


def test_a_body_has_a_limit(form: FormProcess) -> None:
    """More than two MiB are not read."""
    headers = {"Content-Type": "application/json"}

    assert form.ask("POST", f"{form.root}check", headers, b" " * ((2 << 20) + 1))[0] == 413


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_installed_copy_is_not_edited(
    language: str, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no publication of one's own is around, that inside the program is refused with what to do, in a line."""
    installed = tmp_path / "_packaged"
    installed.mkdir()
    copied_publication(installed)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    for module in ("efa_lod.model.publication_folder", "efa_lod.model.publication", "efa_lod.editing.form_session"):
        monkeypatch.setattr(f"{module}.packaged_folder", lambda: installed)

    found = cli("edit", "SH", "--no-browser", "--lang", language)

    assert (2, "", 1) == (found.exit_code, found.stdout, len(found.stderr.strip().splitlines()))
    assert "--publication" in found.stderr and "efa-lod init" in found.stderr


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("language", ["de", "en"])
def test_axe_finds_nothing_on_the_form(colours: str, language: str, browser: Any, form: FormProcess) -> None:
    """Neither the list nor a record has a problem that axe-core knows, empty, changed or wrong."""
    scheme(browser, colours)
    opened(browser, form, f"?lang={language}")
    found = axe(browser)
    opened(browser, form, f"state/sh?lang={language}")
    browser.execute_script("for (const one of document.querySelectorAll('details')) one.open = true")
    typed(browser, EMAIL, "info at itvsh")
    pressed(browser, "[data-kind='reuse.contacts'] [data-add]")
    until(browser, lambda: browser.find_elements(By.CSS_SELECTOR, "#problems li"))

    assert found + axe(browser) == []


def test_a_value_is_changed_and_saved_with_the_keyboard(browser: Any, form: FormProcess) -> None:
    """Who only has a keyboard finds the field, is told what is wrong while typing, mends it and saves."""
    opened(browser, form)
    field = browser.find_element(By.CSS_SELECTOR, f'{ITVSH} [data-key="printedAs"] input')
    browser.execute_script("arguments[0].focus()", field)
    for _ in range(2):
        browser.switch_to.active_element.send_keys(Keys.SHIFT, Keys.TAB)
    assert browser.switch_to.active_element == browser.find_element(By.CSS_SELECTOR, EMAIL)
    typed(browser, EMAIL, "info at itvsh")
    answered(browser)
    assert ["E-Mail-Adresse"] == texts(browser, "#problems a")
    assert browser.find_element(By.CSS_SELECTOR, EMAIL).get_attribute("aria-invalid") == "true"
    typed(browser, EMAIL, "ozg@itvsh.de")
    answered(browser)
    assert texts(browser, "#problems a") == []
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    until(browser, lambda: browser.switch_to.active_element.get_attribute("id") == "by")
    browser.switch_to.active_element.send_keys(OFFICE, Keys.ENTER)
    until(browser, lambda: "Gesichert in data/states/sh.yaml" in texts(browser, "#status")[0])

    text = (form.folder / "data/states/sh.yaml").read_text("utf-8")
    assert "      email: ozg@itvsh.de\n" in text
    assert f"            de: {OFFICE}\n" in text


def test_a_change_on_the_disk_is_a_conflict(browser: Any, form: FormProcess) -> None:
    """Where the file says something else meanwhile, nothing is written until the person has decided."""
    opened(browser, form)
    path = form.folder / "data/states/sh.yaml"
    phone = f'{ITVSH} [data-key="printedAs"] input'
    pressed(browser, 'input[value="page"]')
    path.write_text(path.read_text("utf-8").replace("printedAs: 0431-530 550 46", "printedAs: 0431-530 550 46 (Amt)"))
    before = path.read_bytes()

    typed(browser, phone, "0431-530 55046")
    until(browser, lambda: browser.find_elements(By.CSS_SELECTOR, f"{ITVSH} .finding button"))
    told = texts(browser, f'{ITVSH} [data-key="printedAs"] .finding')[0]
    assert all(value in told for value in ("0431-530 550 46“", "0431-530 550 46 (Amt)", "0431-530 55046"))
    assert path.read_bytes() == before

    pressed(browser, f"{ITVSH} .finding button")
    assert browser.find_element(By.CSS_SELECTOR, phone).get_attribute("value") == "0431-530 550 46 (Amt)"
    path.write_text(path.read_text("utf-8").replace(" (Amt)", ""))


def test_leaving_with_changes_is_told(browser: Any, form: FormProcess) -> None:
    """A browser asks before a page with unsaved changes is left, and does not where there are none."""
    leaving = "const event = new Event('beforeunload', {cancelable: true}); dispatchEvent(event); return event.defaultPrevented"
    opened(browser, form)
    assert browser.execute_script(leaving) is False
    typed(browser, EMAIL, "efa@itvsh.de")
    assert browser.execute_script(leaving) is True


@pytest.mark.parametrize("width", [320, 390])
def test_a_narrow_form_needs_no_sideways_scrolling(width: int, browser: Any, form: FormProcess) -> None:
    """On a phone everything stands below each other."""
    screen(browser, width)
    opened(browser, form)
    script = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
    found = browser.execute_script(script)
    screen(browser, 1280)

    assert found == 0


def test_the_form_ends_with_its_page(tmp_path: Path, browser: Any, form: FormProcess) -> None:
    """When the last page is closed the program ends by itself."""
    with running(tmp_path / "own", "SH") as other:
        home = browser.current_window_handle
        browser.switch_to.new_window("tab")
        browser.get(other.address)
        browser.close()
        browser.switch_to.window(home)
        assert other.process.wait(timeout=40) == 0


FILL = """
const put = (holder, key, text) => {
    const field = [...holder.querySelectorAll('.field')].find((one) => one.dataset.key === key);
    const boxes = field.querySelectorAll('.choices input');
    for (const one of boxes) one.checked = text.split('\\n').includes(one.value);
    if (!boxes.length) field.querySelector('input, select, textarea').value = text;
};
const things = () => [...document.querySelectorAll('fieldset.thing')];
for (const one of arguments[0]) {
    if (one.kind) {
        document.querySelector(`[data-kind="${one.kind}"] [data-add]`).click();
        const fresh = things().filter((thing) => thing.dataset.new === one.kind).at(-1);
        for (const [key, text] of Object.entries(one.values)) put(fresh, key, text);
    } else if (one.reason) {
        const thing = things().find((thing) => thing.dataset.thing === one.thing);
        thing.querySelector('[data-remove]').click();
        thing.querySelector('[data-reason]').value = one.reason.de;
    } else {
        put(things().find((thing) => thing.dataset.thing === one.thing), one.key, one.after ?? '');
    }
}
document.getElementById('by').value = arguments[1];
document.getElementById('day').value = '2026-11-28';
document.getElementById('by').dispatchEvent(new Event('input', {bubbles: true}));
"""


@pytest.mark.parametrize("state", STATES)
def test_forty_edits_give_the_yaml_of_the_sheet(state: str, browser: Any, form: FormProcess) -> None:
    """What clerks wrote into workbooks makes the same changes of the same files when it is typed into the form."""
    publication = read_publication(form.folder)
    opened(browser, form, f"{state}?lang=de")
    shown = set(attributes(browser, "fieldset.thing", "data-thing"))
    wanted = [
        (one.comes_to, one.thing)
        for one in FORTY
        if isinstance(one.comes_to, Edit | NewThing | Removal) and (one.thing in shown or f" {state} " in one.thing)
    ]
    edits = [edit for edit, _ in wanted]

    browser.execute_script(FILL, [asdict(edit) for edit in edits], OFFICE)
    answered(browser)

    made = edited_texts(publication, state, edits, Provenance(OFFICE, "2026-11-28"))
    assert len(edits) > 1
    assert texts_within(browser, "#difference pre") == difference_of(made.first_texts, made.changed())


def chosen(browser: Any, holder: str, value: str) -> None:
    """Choose how sure something is beside a changed value or in a new thing."""
    select = browser.find_element(By.CSS_SELECTOR, f"{holder} > .sure select")
    Select(select).select_by_value(value)


def test_each_value_has_its_own_confidence(browser: Any, form: FormProcess) -> None:
    """Beside a changed value, and once in a new thing, stands how sure it is; what is not chosen is as for all."""
    opened(browser, form, "state/hh?lang=de")
    rollout = '[data-thing="state/hh#contact-rollout"]'
    phone = f'{rollout} [data-key="telephone"]'
    assert browser.find_elements(By.CSS_SELECTOR, ".sure") == []
    typed(browser, f'{rollout} [data-key="email"] input', "probe@sk.hamburg.de")
    typed(browser, f"{phone} input", "+49 431 1")
    pressed(browser, "[data-kind='reuse.contacts'] [data-add]")
    typed(browser, ".fresh [data-key='name.de'] :is(input, textarea)", "Probestelle")
    for holder, value in ((phone, "medium"), (".fresh", "medium")):
        chosen(browser, holder, value)
    typed(browser, "#by", OFFICE)
    typed(browser, "#by-en", "State Chancellery")
    answered(browser)

    lines = texts_within(browser, "#difference pre").split("\n")
    sure = [line.split()[-1] for line in lines if line.startswith("+") and "confidence:" in line]
    assert sorted(sure) == ["high", "medium", "medium"]
    assert 3 == sum(line.startswith("+") and line.endswith(f"de: {OFFICE}") for line in lines)
    assert 3 == sum(line.startswith("+") and line.endswith("en: State Chancellery") for line in lines)
    assert axe(browser) == []

    pressed(browser, 'input[value="page"]')
    assert not any(one.is_displayed() for one in browser.find_elements(By.CSS_SELECTOR, ".sure"))
    pressed(browser, 'input[value="office"]')
    typed(browser, f"{phone} input", "")
    assert not browser.find_element(By.CSS_SELECTOR, f"{phone} > .sure").is_displayed()


def test_what_no_addition_speaks_of_is_not_asked_for(browser: Any, form: FormProcess) -> None:
    """The editors' own notes are no statements of an office; nothing is asked beside them."""
    opened(browser, form)
    note = "[data-key='editorialNote.de']"
    assert browser.find_elements(By.CSS_SELECTOR, note)
    assert browser.find_elements(By.CSS_SELECTOR, f"{note}[data-stated]") == []


def texts_within(browser: Any, selector: str) -> str:
    """Return the text of an element, whether it is shown or not."""
    return str(browser.execute_script("return document.querySelector(arguments[0]).textContent", selector))
