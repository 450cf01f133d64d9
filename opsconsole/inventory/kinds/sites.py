"""Videoconference sites: a room of a unit with its endpoint."""

from opsconsole.inventory.fields import Called, Field, ListOf, Number, Ref, Text, Whole
from opsconsole.inventory.kind import KEY_TEXT, Kind, choice

KIND = Kind(
    name="sites",
    singular="site",
    table="site",
    title="Conference sites",
    key=KEY_TEXT,
    unit="required",
    ends_by="closed",
    order=40,
    name_fields=("name", "aliases"),
    fields=(
        Field("name", Text(120), "name of the site", required=True),
        Field("room", Text(80), "room"),
        Field("endpoint", choice("codec", "software", "mcu"), "kind of endpoint", required=True),
        Field("address", Called(), "SIP, H.323 or URL address"),
        Field(
            "line",
            Text(80),
            "its line and provider; sites of a unit with the same words share it",
            column="line_name",
        ),
        Field("bandwidth-mbps", Whole(1, 100_000), "bandwidth of the line"),
        Field("seats", Whole(1, 10_000), "seats"),
        Field("distance-km", Number(0, 3000), "distance to the province centre"),
        Field("district-km", Number(0, 3000), "distance to the centre of its district"),
        Field("central-km", Number(0, 3000), "distance to the capital"),
        Field("aliases", ListOf(Text(120)), "other names by which it joins"),
        Field("contact", Ref("people"), "who looks after it"),
        Field("equipment", ListOf(Ref("assets")), "its assets"),
    ),
)
