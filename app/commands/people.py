"""users and audit: who may come in, as what, and who did what."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Annotated

import typer

from app.console import friendly, put, put_csv, put_json, put_table
from app.opening import opened

if TYPE_CHECKING:
    from kb.people import Person, Role

Email = Annotated[str, typer.Argument(help="An e-mail address; case does not count.")]
AsRole = Annotated[
    str,
    typer.Option("--role", help="member (reads, asks, exports), staff or administrator."),
]
Name = Annotated[str | None, typer.Option("--name", help="How the person is called.")]
Last = Annotated[bool, typer.Option("--last", help="Even if no administrator is left then.")]
Json = Annotated[bool, typer.Option("--json", help="A JSON list.")]


def add_to(cli: typer.Typer) -> None:
    """Add the verbs of this family to the command."""
    users = typer.Typer(help="Who may come in, and as what.", no_args_is_help=True)
    users.command("add")(add)
    users.command("list")(everybody)
    users.command("set")(change)
    users.command("remove")(remove)
    cli.add_typer(users, name="users")
    cli.command("audit")(audit)


@friendly
def add(context: typer.Context, email: Email, role: AsRole = "member", name: Name = None) -> None:
    """Give somebody a role. The first administrator is made here."""
    from kb import people

    with opened(context) as kb:
        person = people.add(kb, email, _role(role), name=name)
    put(f"{person.email} is {person.role} now.")


@friendly
def everybody(context: typer.Context, as_json: Json = False) -> None:
    """List who has a role."""
    from kb import people

    with opened(context) as kb:
        held = people.everybody(kb)
    if as_json:
        put_json([_plain(person) for person in held])
    elif not held:
        put("Nobody has a role. Make the first: pbi users add EMAIL --role administrator")
    else:
        rows = [
            (one.email, one.name, one.role, one.added and f"{one.added:%d/%m/%Y}", one.added_by)
            for one in held
        ]
        put_table(("E-mail", "Name", "Role", "Since", "By"), rows)


@friendly
def change(
    context: typer.Context, email: Email, role: AsRole, name: Name = None, last: Last = False
) -> None:
    """Change somebody's role. It counts from their next action on."""
    from kb import people

    with opened(context) as kb:
        person = people.set_role(kb, email, _role(role), name=name, last=last)
    put(f"{person.email} is {person.role} now.")


@friendly
def remove(context: typer.Context, email: Email, last: Last = False) -> None:
    """Take somebody's role away: their next action is refused."""
    from kb import people

    with opened(context) as kb:
        people.remove(kb, email, last=last)
    put(f"{email.strip().casefold()} has no role any more.")


@friendly
def audit(
    context: typer.Context,
    since: Annotated[
        datetime | None,
        typer.Option("--since", formats=["%Y-%m-%d"], help="From this day on (UTC)."),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option("--until", formats=["%Y-%m-%d"], help="Up to this day, all of it (UTC)."),
    ] = None,
    who: Annotated[str | None, typer.Option("--who", help="One person's e-mail address.")] = None,
    what: Annotated[str | None, typer.Option("--what", help='One action, such as "asked".')] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="At most so many.")] = None,
    as_json: Json = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV, with a heading.")] = False,
) -> None:
    """Show who did what, when, about which report and from where; the latest first."""
    from kb.audit import Action, entries, record

    first = since.replace(tzinfo=UTC) if since else None
    last = datetime.combine(until, time.max, UTC) if until else None
    with opened(context) as kb:
        found = entries(kb, since=first, until=last, who=who, what=what, limit=limit)
        record(kb, Action.AUDIT_SEEN)
    if as_json:
        put_json(found)
        return
    columns = ("No.", "When (UTC)", "Who", "What", "Report", "PBI", "Detail", "From")
    rows = [
        (
            one.id,
            f"{one.at:%Y-%m-%d %H:%M:%S}",
            one.who,
            one.what,
            one.file or one.report,
            one.pbi,
            one.detail,
            one.origin,
        )
        for one in found
    ]
    (put_csv if as_csv else put_table)(columns, rows)


def _role(text: str) -> Role:
    from kb.errors import BadValue
    from kb.people import Role

    try:
        return Role(text.strip().casefold())
    except ValueError as error:
        words = ", ".join(Role)
        raise BadValue(f"{text!r} is no role; one of {words} is expected") from error


def _plain(person: Person) -> dict[str, object]:
    return {**person.model_dump(mode="json", exclude={"local", "roles"}), "role": person.role}
