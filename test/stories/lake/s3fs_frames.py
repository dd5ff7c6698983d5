"""s3fs and pandas: paths of s3:// as if they were files."""

import os
import uuid

import pandas
import s3fs

fs = s3fs.S3FileSystem()
lake = f"hosu-test-{uuid.uuid4().hex[:12]}"
fs.mkdir(lake)


def equal(seen, wanted):
    assert seen == wanted, f"expected {wanted!r}, but it is {seen!r}"


def test_files_are_written_read_listed_and_removed():
    with fs.open(f"{lake}/a/b.txt", "w", encoding="utf8") as file:
        file.write("호수\n")
    with fs.open(f"{lake}/a/b.txt", "r", encoding="utf8") as file:
        equal(file.read(), "호수\n")
    equal(fs.ls(f"{lake}/a"), [f"{lake}/a/b.txt"])
    equal(fs.info(f"{lake}/a/b.txt")["size"], 7)
    assert fs.isdir(f"{lake}/a") and fs.exists(f"{lake}/a/b.txt") and not fs.exists(f"{lake}/nobody")
    fs.copy(f"{lake}/a/b.txt", f"{lake}/a/c.txt")
    fs.mv(f"{lake}/a/c.txt", f"{lake}/d.txt")
    equal(sorted(fs.find(lake)), [f"{lake}/a/b.txt", f"{lake}/d.txt"])
    equal(fs.glob(f"{lake}/*/*.txt"), [f"{lake}/a/b.txt"])
    fs.rm(lake + "/a", recursive=True)
    assert not fs.exists(f"{lake}/a/b.txt")


def test_a_large_file_goes_in_parts_and_is_read_in_pieces():
    body = os.urandom(1024) * 1024 * 12
    with fs.open(f"{lake}/big", "wb", block_size=5 * 1024 * 1024) as file:
        for at in range(0, len(body), 1_000_000):
            file.write(body[at : at + 1_000_000])
    with fs.open(f"{lake}/big", "rb", block_size=1024 * 1024) as file:
        file.seek(7_000_000)
        assert file.read(1000) == body[7_000_000:7_001_000]
    assert fs.cat_file(f"{lake}/big") == body
    with fs.open(f"{lake}/log", "ab") as file:
        file.write(b"1")
    with fs.open(f"{lake}/log", "ab") as file:
        file.write(b"2")
    equal(fs.cat_file(f"{lake}/log"), b"12")


def test_frames_by_pandas():
    frame = pandas.DataFrame({"id": [1, 2], "name": ["하나", "둘"]})
    for write, read, name in (("to_parquet", pandas.read_parquet, "a.parquet"), ("to_csv", pandas.read_csv, "a.csv"), ("to_json", pandas.read_json, "a.json")):
        more = {"index": False} if write == "to_csv" else {}
        getattr(frame, write)(f"s3://{lake}/frames/{name}", **more)
        equal(read(f"s3://{lake}/frames/{name}").values.tolist(), frame.values.tolist())


def test_a_partitioned_dataset():
    frame = pandas.DataFrame({"id": [1, 2, 3], "day": ["a", "b", "b"]})
    frame.to_parquet(f"s3://{lake}/dataset", partition_cols=["day"])
    read = pandas.read_parquet(f"s3://{lake}/dataset", filters=[("day", "=", "b")])
    equal(sorted(read["id"].tolist()), [2, 3])
