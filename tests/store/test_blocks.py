from __future__ import annotations

from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.frames import Frame, Kind
from inspector.store.blocks import GROUP_FRAMES, RAW, ZSTD, pack, unpack, unpack_what_is_left
from tests.store.samples import some_frames

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
entries = st.tuples(
    st.integers(1, 1000),
    st.floats(-1e6, 1e15) | st.integers(0, 10**9).map(lambda n: n / 1000),
    st.integers(0, 2**32 - 1),
    st.sampled_from(Kind),
    st.dictionaries(st.text(max_size=5), values, max_size=3),
    st.binary(max_size=300),
)


@given(st.lists(entries, min_size=1, max_size=150), st.sampled_from((RAW, ZSTD)))
def test_frames_come_back_as_they_were(
    rows: list[tuple[int, float, int, Kind, dict[str, object], bytes]], codec: int
) -> None:
    frames, seq = [], 0
    for step, at, link, kind, head, body in rows:
        seq += step
        frames.append(Frame(seq, at, link, kind, head, body))
    block = unpack(pack(frames, codec))
    assert list(block) == frames
    assert len(block) == len(frames)
    assert (block.first, block.last) == (frames[0], frames[-1])


@given(st.integers(0, 420), st.integers(1, 4))
def test_finds_by_number_and_reads_on_from_one(seq: int, gap: int) -> None:
    frames = [Frame(n * gap, 1.0, 1, Kind.DATA, {}, b"%d" % n) for n in range(1, 200)]
    block = unpack(pack(frames, ZSTD))
    assert list(block.after(seq)) == [frame for frame in frames if frame.seq > seq]
    found = block.find(seq)
    assert (found.seq if found else None) == (seq if seq % gap == 0 and 1 <= seq // gap < 200 else None)


def test_a_view_of_a_mapping_is_stored_as_the_mapping() -> None:
    frame = Frame(1, 0.0, 1, Kind.RESPONSE, MappingProxyType({"headers": MappingProxyType({"a": "b"})}))
    assert unpack(pack([frame])).first.head == {"headers": {"a": "b"}}


def test_a_head_that_is_no_json_is_refused() -> None:
    with pytest.raises(TypeError, match="object is no JSON value"):
        pack([Frame(1, 0.0, 1, Kind.NOTE, {"a": object()})])


@pytest.mark.parametrize("codec", (RAW, ZSTD))
def test_every_flipped_byte_is_noticed(codec: int) -> None:
    good = pack(some_frames(20), codec)
    for place in range(len(good)):
        bad = bytearray(good)
        bad[place] ^= 0x41
        with pytest.raises(ValueError):
            unpack(bytes(bad))


@pytest.mark.parametrize("codec", (RAW, ZSTD))
def test_what_is_left_of_a_cut_payload_is_its_whole_groups(codec: int) -> None:
    frames = some_frames(GROUP_FRAMES * 4)
    payload = pack(frames, codec)
    counts = []
    for end in (*range(0, len(payload), 23), len(payload)):
        left = unpack_what_is_left(payload[:end])
        count = len(left) if left is not None else 0
        assert count % GROUP_FRAMES == 0
        if left is not None:
            assert list(left) == frames[:count]
        counts.append(count)
    assert counts == sorted(counts)
    assert set(counts) == {GROUP_FRAMES * n for n in range(5)}


def test_nothing_is_left_of_other_bytes() -> None:
    assert unpack_what_is_left(b"") is None
    assert unpack_what_is_left(b"SIf1\x01" + bytes(100)) is None
    assert unpack_what_is_left(b"data: {}\n\n" * 10) is None
