#!/usr/bin/env python3
"""Reads a Roost store with nothing but data-format.md: prints every row, checks every checksum.

    read-store.py DIRECTORY              one line of JSON for each row
    read-store.py DIRECTORY NUMBER FILE  writes the SQLite database of object NUMBER to FILE

No server may have the store, since the pages would change while they are read; `roost store backup` makes a copy.
"""
import json, struct, sys

TABLE = []
for byte in range(256):
    for _ in range(8):
        byte = byte >> 1 ^ 0x82F63B78 if byte & 1 else byte >> 1
    TABLE.append(byte)


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ TABLE[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


def meta(number, size):
    start = number * size
    magic, version = struct.unpack_from("<II", FILE, start + 16)
    assert (magic, version) == (0xBEEFC0DE, 1), "not a store's file"
    return struct.unpack_from("<Q", FILE, start + 144)[0], start


def entries(root):
    """The entries of a tree of pages, in order: key, flags, value."""
    if root == 0xFFFFFFFFFFFFFFFF:
        return
    page = root * SIZE
    number, _, flags, lower, _ = struct.unpack_from("<QHHHH", FILE, page)
    assert number == root
    for offset in struct.unpack_from(f"<{(lower - 16) // 2}H", FILE, page + 16):
        low, high, node, length = struct.unpack_from("<HHHH", FILE, page + offset)
        if flags & 1:
            yield from entries(low | high << 16 | node << 32)
            continue
        start = page + offset + 8
        key, count = FILE[start:start + length], low | high << 16
        at = start + length
        if node & 1:
            at = struct.unpack_from("<Q", FILE, at)[0] * SIZE + 16
        yield key, node, FILE[at:at + count]


def records(prefix, key, value):
    """The rows behind an entry: one, or those of a bucket of long keys."""
    if len(key) < 511:
        return [(key[prefix:], value)]
    rows = []
    while value:
        rest, count = struct.unpack_from(">HI", value)
        rows.append((key[prefix:] + value[6:6 + rest], value[6 + rest:6 + rest + count]))
        value = value[6 + rest + count:]
    return rows


def rows(table, prefix):
    for key, _, value in entries(TREES[table]):
        for own, record in records(prefix, key, value):
            tag, payload = record[0], record[5:]
            is_sound = crc32c(record[:1] + own + payload) == struct.unpack_from("<I", record, 1)[0]
            yield key[:prefix], own, tag, payload, is_sound


with open(sys.argv[1] + "/roost.mdb", "rb") as file:
    FILE = file.read()
SIZE = struct.unpack_from("<I", FILE, 40)[0]
NEWEST = max(meta(0, SIZE), meta(1, SIZE))[1]
MAIN = struct.unpack_from("<Q", FILE, NEWEST + 88 + 40)[0]
TREES = {key.decode(): struct.unpack_from("<Q", value, 40)[0] for key, _, value in entries(MAIN)}
PREFIX = {"meta": 0, "classes": 0, "alarms": 0, "objects": 4, "names": 4}

if len(sys.argv) == 4:
    pages, count = {}, 0
    for table in (name for name in TREES if name.startswith("data.")):
        for before, key, _, payload, _ in rows(table, 9):
            if struct.unpack(">QB", before) == (int(sys.argv[2]), 2):
                number = struct.unpack(">I", key)[0]
                if number:
                    pages[number] = payload
                else:
                    count = struct.unpack(">I", payload)[0]
    with open(sys.argv[3], "wb") as file:
        for number in range(1, count + 1):
            file.write(pages.get(number, b"").ljust(4096, b"\0"))
else:
    for table in sorted(TREES):
        for before, key, tag, payload, is_sound in rows(table, PREFIX.get(table, 9)):
            row = {"table": table, "before": before.hex(), "key": key.hex(), "tag": tag, "payload": payload.hex()}
            print(json.dumps(row | {"sound": is_sound}))
