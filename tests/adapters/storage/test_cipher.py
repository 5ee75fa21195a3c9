"""Keys and sealing: what is sealed opens with the right key for its own purpose and owner, and a key is never shown."""

from __future__ import annotations

import base64
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.storage import cipher, keyfile
from adapters.storage.cipher import Ring, ring
from bot.config import Config
from bot.errors import WrongKey
from tests.adapters.storage.stores import ANA, BEN, DAY, NOW, note, opened, phrase

ROOT = Path(__file__).parents[3]
ONE, OTHER, THIRD = (bytes([i]) * 32 for i in (250, 2, 3))


def written(*keys: bytes) -> str:
    return ",".join(base64.b64encode(key).decode() for key in keys)


def test_what_is_sealed_opens_again_and_never_looks_the_same() -> None:
    keys = Ring((ONE,))
    first, second = keys.seal(b"kiln", "note", ANA), keys.seal(b"kiln", "note", ANA)
    assert first != second
    assert b"kiln" not in first
    assert keys.unseal(first, "note", ANA) == keys.unseal(second, "note", ANA) == b"kiln"


@pytest.mark.parametrize("bound", [("phrase", ANA), ("note", BEN), ("note", ANA, ""), ("note",), (f"note{ANA}",), ("no", f"te{ANA}")])
def test_it_opens_for_nothing_and_nobody_else(bound: tuple[str, ...]) -> None:
    with pytest.raises(WrongKey):
        Ring((ONE,)).unseal(Ring((ONE,)).seal(b"kiln", "note", ANA), *bound)


def test_a_byte_that_changed_opens_nothing() -> None:
    sealed = Ring((ONE,)).seal(b"kiln", "note", ANA)
    for i in range(len(sealed)):
        with pytest.raises(WrongKey):
            Ring((ONE,)).unseal(sealed[:i] + bytes([sealed[i] ^ 1]) + sealed[i + 1 :], "note", ANA)
    for i in range(len(sealed)):
        with pytest.raises(WrongKey):
            Ring((ONE,)).unseal(sealed[:i], "note", ANA)


def test_the_first_key_seals_and_all_open() -> None:
    old = Ring((ONE,)).seal(b"kiln", "note", ANA)
    assert Ring((OTHER, ONE)).unseal(old, "note", ANA) == b"kiln"
    assert Ring((OTHER,)).unseal(Ring((OTHER, ONE)).seal(b"kiln", "note", ANA), "note", ANA) == b"kiln"
    with pytest.raises(WrongKey):
        Ring((OTHER, THIRD)).unseal(old, "note", ANA)


@pytest.mark.parametrize(
    "text",
    [
        written(ONE),
        written(ONE).rstrip("="),
        base64.urlsafe_b64encode(ONE).decode(),
        f" {written(ONE)} ,",
        f"{written(ONE)},{written(ONE)}",
        f"\n{written(ONE)}\n",
    ],
)
def test_keys_are_read_as_people_paste_them(text: str) -> None:
    assert ring(text).keys == (ONE,)


@pytest.mark.parametrize(
    "text",
    ["", "x", written(ONE)[:-4], written(ONE) + "AAAA", written(ONE[:16]), "é" * 43, "=" * 44, " ".join(written(ONE)), written(ONE)[:-2] + "9="],
)
def test_what_is_no_key_is_named_by_its_place_and_not_shown(text: str) -> None:
    with pytest.raises(WrongKey) as caught:
        ring(f"{written(OTHER)},{text or '!'}")
    assert "Key 2 in OFFSCRIPT_KEYS" in str(caught.value)
    assert written(OTHER)[:8] not in str(caught.value)
    assert len(text) < 2 or text not in str(caught.value)


def test_a_ring_does_not_show_its_keys() -> None:
    assert "keys" not in repr(Ring((ONE,)))
    assert ring(cipher.new()).keys != ring(cipher.new()).keys


def local(folder: Path) -> Config:
    return Config(_env_file=None, config_home=folder, database_url="sqlite:///x.db")  # type: ignore[call-arg]


def test_one_machine_gets_a_key_file_for_its_owner_alone(tmp_path: Path) -> None:
    made = keyfile.ring(local(tmp_path / "etc"), local=True)
    path = tmp_path / "etc" / "offscript" / "key"
    assert keyfile.ring(local(tmp_path / "etc"), local=True) == made
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [one.name for one in path.parent.iterdir()] == ["key"]


def test_a_key_file_without_a_key_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "offscript" / "key"
    path.parent.mkdir()
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(WrongKey, match="holds no key"):
        keyfile.from_file(path)
    assert path.read_bytes() == b"\xff\xfe"


def test_many_processes_at_once_end_up_with_one_key(tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; from adapters.storage import keyfile as k; sys.stdin.readline(); print(k.from_file(Path(sys.argv[1])).name.hex())"
    running = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path / "new" / "offscript" / "key")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for _ in range(6)
    ]
    for process in running:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    assert len({process.communicate(timeout=30)[0] for process in running}) == 1
    assert {process.returncode for process in running} == {0}


def test_postgresql_needs_the_key_to_be_set() -> None:
    with pytest.raises(WrongKey, match="offscript keys new"):
        keyfile.ring(local(Path("/nonexistent")), local=False)


async def test_another_key_is_said_at_start(url: str, tmp_path: Path) -> None:
    async with opened(url, tmp_path, written(ONE)):
        pass
    with pytest.raises(WrongKey, match="sealed with another key"):
        async with opened(url, tmp_path, written(OTHER)):
            pass
    async with opened(url, tmp_path, written(OTHER, ONE)):
        pass


async def test_keys_are_changed_while_everything_stays_readable(url: str, tmp_path: Path) -> None:
    async with opened(url, tmp_path, written(ONE)) as store:
        for i in range(130):
            await store.save_note(ANA, note(f"N{i}"), NOW + DAY)
        await store.save_phrase("slack:T1", phrase())
        key = await store.sketch_key(ANA)
    async with opened(url, tmp_path, written(ONE, OTHER)) as before, opened(url, tmp_path, written(OTHER, ONE)) as store:
        for i in range(60):
            if i % 10 == 0:
                await before.save_note(ANA, note(f"N{i}", why=f"changed {i}"), NOW + DAY)
            assert len(await store.notes(ANA)) == len(await before.notes(ANA)) == 130
            assert await store.phrases("slack:T1") == (phrase(),)
        await store.reseal()
        assert await store.older() == 0
        assert {one.why for one in await store.notes(ANA)} == {"her till", *(f"changed {i}" for i in range(0, 60, 10))}
    async with opened(url, tmp_path, written(OTHER)) as store:
        assert len(await store.notes(ANA)) == 130
        assert await store.phrases("slack:T1") == (phrase(),)
        assert await store.sketch_key(ANA) == key
    with pytest.raises(WrongKey):
        async with opened(url, tmp_path, written(ONE)):
            pass


async def test_a_note_that_no_key_opens_is_left_out_and_counted(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, int]] = []
    for module in ("notes", "phrases"):
        monkeypatch.setattr(f"adapters.storage.{module}.event", lambda name, count: told.append((name, count)))
    async with opened(url, tmp_path, written(OTHER, ONE)) as store, opened(url, tmp_path, written(THIRD, OTHER)) as other:
        await store.save_note(ANA, note("Mine"), NOW + DAY)
        await other.save_note(ANA, note("Theirs"), NOW + DAY)
        await other.save_phrase("slack:T1", phrase())
        await store.reseal()
        assert [one.name for one in await store.notes(ANA)] == ["Mine"]
        assert await store.phrases("slack:T1") == ()
        assert await store.older() == 2
    assert told == [("notes_sealed_with_another_key", 1), ("phrases_sealed_with_another_key", 1)]
