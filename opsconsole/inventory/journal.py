"""The journal of edits: what was last changed through the product, by whom, and what takes it back.

An entry has two sides: the edits that lead from *done* to *undone* with what the files say when it is
done, and the same the other way. It is written before a file is touched, and settled in the transaction
that applies the edit; after a crash in between, the files themselves tell on which side it is. The
journal is convenience and bounded: the history of the register does not rest on it.
"""

from __future__ import annotations

import datetime as dt
import json
import socket
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.inventory.edits import Plain
from opsconsole.inventory.kinds import standard
from opsconsole.inventory.meanwhile import Said, inverses, said, said_in
from opsconsole.inventory.placing import declared
from opsconsole.inventory.state import stored_timeline
from opsconsole.inventory.writeback import Add, Change, Edit
from opsconsole.store.clock import instant_text, now

if TYPE_CHECKING:
    from opsconsole.inventory.proposal import Proposal
    from opsconsole.settings import Settings
    from opsconsole.store.database import Database, Reader, Writer

KEPT = 200  # entries of one person
KEPT_DAYS = 90  # where ``retention:`` of config.yaml does not say
MOST_BYTES = 4_000_000  # of one entry; a larger edit is listed, and cannot be taken back by one key
KEPT_BYTES = 16_000_000  # of the entries of one person
_FORM = 1

Things: TypeAlias = "Mapping[tuple[str, str], Said]"


@dataclass(frozen=True, slots=True)
class Side:
    """A state of some things: what the files say of them in it, and the *edits* that lead out of it."""

    edits: tuple[Edit, ...] = ()
    said: Things = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """An edit in the journal. *place* is the machine and folder whose files it changed. *done* says on
    which side it is; with *turning* it was begun to go to the other one and may have been cut short.
    ``back`` is the side on which it is done, ``forth`` that on which it is not; None: not read, or too
    large to be kept. ``rest`` is of ``forth`` what concerns things that are on that side though the entry
    is not: it was cut short between two files."""

    number: int
    turned: int
    at: str
    person: str
    place: str
    title: str
    files: tuple[str, ...]
    things: int
    done: bool
    turning: bool
    revision: int
    kept: bool
    back: Side | None = None
    forth: Side | None = None
    rest: Side = Side()

    @property
    def here(self) -> Side:
        """The side on which it is. Raises Refused where that is not kept."""
        side = self.back if self.done else self.forth
        if side is None:
            text = _("“{title}” changed too much to be taken back in one step; the history has what was.")
            raise Refused(text.format(title=self.title))
        return side


@dataclass(frozen=True, slots=True)
class Note:
    """What the journal is to say of an edit: *here* is the side that it leaves, *there* the one that it
    leads to. *turns* is the entry that it takes back or does again; None for a new one."""

    person: str
    place: str
    title: str
    here: Side
    there: Side
    turns: Entry | None = None


def place_of(settings: Settings) -> str:
    """The machine and the folder of the files: what is taken back by a key is what was changed there."""
    return f"{socket.gethostname()}:{settings.root.resolve()}"


def note(
    reader: Reader,
    settings: Settings,
    proposal: Proposal,
    edits: Sequence[Edit],
    before: Things,
    *,
    person: str,
    title: str,
    turns: Entry | None = None,
) -> Note:
    """The note of *proposal*, which *edits* made where the files said *before*."""
    day = now().astimezone(settings.timezone).date().isoformat()
    rest = turns.rest if turns is not None else Side()
    there = Side(
        (*inverses(edits, before, standard(), day), *rest.edits),
        {**_said_after(reader, proposal, edits, before), **rest.said},
    )
    return Note(person, place_of(settings), title, Side(tuple(edits), before), there, turns)


def _said_after(reader: Reader, proposal: Proposal, edits: Iterable[Edit], before: Things) -> Things:
    """What the files say of the things of *edits* once *proposal* is written."""
    timeline, names = stored_timeline(reader), {kind.name for kind in standard()}
    asked = {(edit.kind, edit.key) for edit in edits}
    found = {place: each for place, each in before.items() if place in asked}
    for file in proposal.files:
        there = declared(file.name, file.new, names)
        for key in there.keys if there is not None else ():
            if there is not None and (there.kind, key) in asked:
                found[there.kind, key] = said_in(there, key, timeline)
    return found


# --- writing -----------------------------------------------------------------------------------------


def begin(database: Database, note: Note, proposal: Proposal, days: int = KEPT_DAYS) -> int:
    """Write *note* down, before a file is touched; the number of its entry. Entries older than *days* go.
    Raises StoreError where the
    disk does not take it: then the edit is not to be begun either."""
    here, there = _text(note.here), _text(note.there)
    if len(here) + len(there) > MOST_BYTES:
        here = there = ""
    with database.write() as writer:
        if note.turns is not None:
            side = "forth" if note.turns.done else "back"  # the one that it leads to
            known = writer.execute(
                f"UPDATE edit_journal SET done = :done, turning = 1, {side} = :side"  # noqa: S608 - from here
                " WHERE province = :province AND number = :number",
                {"done": int(note.turns.done), "side": there, "number": note.turns.number},
            )
            if not known:
                raise Refused(_("“{title}” is in the journal no more.").format(title=note.turns.title))
            return note.turns.number
        number = _next(writer)
        files = json.dumps([file.name for file in proposal.files], ensure_ascii=False)
        writer.execute(
            "INSERT INTO edit_journal (province, number, turned, at, person, place, title, files, things,"
            " done, turning, revision, back, forth) VALUES (:province, :number, :number, :at, :person,"
            " :place, :title, :files, :things, 0, 1, 0, :back, :forth)",
            {
                "number": number,
                "at": instant_text(now()),
                "person": note.person,
                "place": note.place,
                "title": note.title,
                "files": files,
                "things": len({(edit.kind, edit.key) for edit in note.here.edits}),
                "back": there,
                "forth": here,
            },
        )
        _bound(writer, note.person, number, days)
        return number


def settle(writer: Writer, number: int, revision: int, *, done: bool) -> None:
    """The edit was carried out, as a part of *revision*: in the transaction that wrote that."""
    writer.execute(
        "UPDATE edit_journal SET done = :done, turning = 0, turned = :turned, revision = :revision"
        " WHERE province = :province AND number = :number",
        {"done": int(done), "turned": _next(writer), "revision": revision, "number": number},
    )


def give_up(database: Database, number: int, *, new: bool) -> None:
    """Nothing was written of what was begun."""
    with database.write() as writer:
        if new:
            writer.execute(
                "DELETE FROM edit_journal WHERE province = :province AND number = :number AND turning = 1",
                {"number": number},
            )
        else:
            writer.execute(
                "UPDATE edit_journal SET turning = 0 WHERE province = :province AND number = :number",
                {"number": number},
            )


def _next(writer: Writer) -> int:
    sql = "SELECT coalesce(max(turned), 0) + 1 FROM edit_journal WHERE province = :province"
    return int(writer.value(sql) or 1)


def _bound(writer: Writer, person: str, newest: int, days: int) -> None:
    """Take away what is past the bounds: old entries of everybody, too many or too much of *person*."""
    old = instant_text(now() - dt.timedelta(days=days))
    writer.execute(
        "DELETE FROM edit_journal WHERE province = :province AND at < :old AND number <> :newest",
        {"old": old, "newest": newest},
    )
    held = last = 0
    for count, (number, size) in enumerate(
        writer.rows(
            "SELECT number, length(back) + length(forth) FROM edit_journal"
            " WHERE province = :province AND person = :person ORDER BY number DESC",
            {"person": person},
        )
    ):
        held += size
        if count >= KEPT or (held > KEPT_BYTES and number != newest):
            last = max(last, number)
    writer.execute(
        "DELETE FROM edit_journal WHERE province = :province AND person = :person AND number <= :last",
        {"person": person, "last": last},
    )


def purge(writer: Writer, before: dt.datetime) -> int:
    """Take away the entries from before an instant; how many there were."""
    return writer.execute(
        "DELETE FROM edit_journal WHERE province = :province AND at < :before",
        {"before": instant_text(before)},
    )


# --- reading -----------------------------------------------------------------------------------------

_HEAD = (
    "SELECT number, turned, at, person, place, title, files, things, done, turning, revision,"
    " CASE WHEN back = '' THEN 0 ELSE 1 END"
)


def listed(reader: Reader, most: int = 500) -> list[Entry]:
    """The newest entries of everybody, without their sides."""
    return [
        _entry(row)
        for row in reader.rows(
            f"{_HEAD} FROM edit_journal WHERE province = :province ORDER BY number DESC LIMIT :most",
            {"most": most},
        )
    ]


def entry(reader: Reader, settings: Settings, number: int) -> Entry:
    """The entry *number* with its sides, on the side that the files tell. Raises Refused."""
    found = _asked(reader, settings, "number = :number", {"number": number})
    if not found:
        raise Refused(_("That is in the journal no more."))
    return found[0]


def last_done(reader: Reader, settings: Settings, person: str) -> Entry | None:
    """What *person* did last in these files and did not take back."""
    mine = {"person": person, "place": place_of(settings)}
    for (number,) in reader.rows(
        "SELECT number FROM edit_journal WHERE province = :province AND person = :person"
        " AND place = :place AND (done = 1 OR turning = 1) ORDER BY number DESC",
        mine,
    ):
        found = entry(reader, settings, number)
        if found.done:
            return found
    return None


def last_undone(reader: Reader, settings: Settings, person: str) -> Entry | None:
    """What *person* took back last in these files; None where something new was done since."""
    mine = {"person": person, "place": place_of(settings)}
    newest = reader.value(
        "SELECT max(number) FROM edit_journal WHERE province = :province AND person = :person"
        " AND place = :place",
        mine,
    )
    for number, turned in reader.rows(
        "SELECT number, turned FROM edit_journal WHERE province = :province AND person = :person"
        " AND place = :place AND (done = 0 OR turning = 1) ORDER BY turned DESC",
        mine,
    ):
        if turned < (newest or 0):
            return None
        found = entry(reader, settings, number)
        if not found.done:
            return found
    return None


def elsewhere(reader: Reader, settings: Settings, person: str) -> int:
    """How many edits of *person* stand in the journal that changed the files of another machine or folder."""
    return int(
        reader.value(
            "SELECT count(*) FROM edit_journal WHERE province = :province AND person = :person"
            " AND place <> :place AND done = 1",
            {"person": person, "place": place_of(settings)},
        )
        or 0
    )


def _asked(reader: Reader, settings: Settings, where: str, parameters: dict[str, Any]) -> list[Entry]:
    found = []
    for *head, back, forth in reader.rows(
        f"{_HEAD}, back, forth FROM edit_journal WHERE province = :province AND {where}",
        parameters,
    ):
        one = replace(_entry(head), back=_side(back), forth=_side(forth))
        found.append(_told_by_files(reader, settings, one) if one.turning else one)
    return found


def _entry(row: Sequence[Any]) -> Entry:
    number, turned, at, person, place, title, files, things, done, turning, revision, kept = row
    return Entry(
        number,
        turned,
        at,
        person,
        place,
        title,
        _names(files),
        things,
        bool(done),
        bool(turning),
        revision,
        bool(kept),
    )


def _told_by_files(reader: Reader, settings: Settings, one: Entry) -> Entry:
    """*one*, which was begun and may have been cut short, on the side that the files are on: done as soon
    as one of its things says what it says then, so that what came half way can be taken back; the others
    of its things are left as they are."""
    if one.back is None or one.forth is None:
        return one
    places = dict.fromkeys((*one.back.said, *one.forth.said))
    known = {**one.forth.said, **one.back.said}
    files = said(reader, settings, [(*place, known[place].file) for place in places])
    names: dict[tuple[str, str], set[str]] = {}
    for edit in (*one.back.edits, *one.forth.edits):
        names.setdefault((edit.kind, edit.key), set()).update(edit.fields)
    is_done, over = False, set()
    for place in places:
        touched = names.get(place, set())
        done, undone, is_now = (
            _view(said_of.get(place), touched) for said_of in (one.back.said, one.forth.said, files)
        )
        is_done = is_done or (done != undone and is_now == done)
        if done != undone and is_now == undone:
            over.add(place)
    if not is_done:
        return replace(one, done=False)
    return replace(one, done=True, back=_part(one.back, over, False), rest=_part(one.forth, over, True))


def _part(side: Side, places: set[tuple[str, str]], among: bool) -> Side:
    """Of *side* what concerns things *among* those at *places*, or the others."""
    return Side(
        tuple(edit for edit in side.edits if ((edit.kind, edit.key) in places) == among),
        {place: each for place, each in side.said.items() if (place in places) == among},
    )


def _view(there: Said | None, names: Iterable[str]) -> tuple[str, dict[str, Plain | None]] | None:
    return None if there is None else (there.unit, {name: there.fields.get(name) for name in names})


# --- the text of a side ------------------------------------------------------------------------------


def _text(side: Side) -> str:
    edits = [{**asdict(edit), "add": isinstance(edit, Add)} for edit in side.edits]
    told = [asdict(each) for each in side.said.values()]
    return json.dumps({"form": _FORM, "edits": edits, "said": told}, ensure_ascii=False, default=list)


def _side(text: str) -> Side | None:
    """The side written as *text*; None where none is kept or it is of no form that is known."""
    if not text:
        return None
    try:
        found = json.loads(text)
        if found["form"] != _FORM:
            return None
        edits: list[Edit] = []
        for each in found["edits"]:
            made = Add if each.pop("add") else Change
            edits.append(made(**each))
        told = {(each["kind"], each["key"]): Said(**each) for each in found["said"]}
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return Side(tuple(edits), told)


def _names(text: str) -> tuple[str, ...]:
    try:
        found = json.loads(text)
    except ValueError:
        return ()
    return tuple(map(str, found)) if isinstance(found, list) else ()
