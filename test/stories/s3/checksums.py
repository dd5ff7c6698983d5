"""Every checksum, stated in a header or behind the body, kept and told again."""

import base64
import hashlib
import zlib

import boto3
import botocore.config

from props import bucket, equal, refused

s3 = boto3.client("s3")
NAMES = ("CRC32", "SHA1", "SHA256")
VALUES = {
    "CRC32": lambda body: zlib.crc32(body).to_bytes(4, "big"),
    "SHA1": lambda body: hashlib.sha1(body).digest(),
    "SHA256": lambda body: hashlib.sha256(body).digest(),
}
# Of b"123456789", by the published check values of the two polynomials.
CHECKED = {"CRC32C": bytes.fromhex("e3069283"), "CRC64NVME": bytes.fromhex("ae8b14860a799888")}
BODY = b"123456789"
STATED = {name: base64.b64encode(VALUES[name](BODY)).decode() for name in NAMES} | {
    name: base64.b64encode(value).decode() for name, value in CHECKED.items()
}


def test_a_checksum_in_a_header_is_verified_and_told_again():
    name = bucket()
    for algorithm, value in STATED.items():
        put = s3.put_object(Bucket=name, Key=algorithm, Body=BODY, **{f"Checksum{algorithm}": value})
        equal(put[f"Checksum{algorithm}"], value)
        equal(put["ChecksumType"], "FULL_OBJECT")
        head = s3.head_object(Bucket=name, Key=algorithm, ChecksumMode="ENABLED")
        equal(head[f"Checksum{algorithm}"], value)
        assert f"Checksum{algorithm}" not in boto3.client(
            "s3", config=botocore.config.Config(response_checksum_validation="when_required")
        ).head_object(Bucket=name, Key=algorithm)
        attributes = s3.get_object_attributes(Bucket=name, Key=algorithm, ObjectAttributes=["Checksum"])
        equal(attributes["Checksum"][f"Checksum{algorithm}"], value)
        listed = s3.list_objects_v2(Bucket=name, Prefix=algorithm)["Contents"][0]
        equal(listed["ChecksumAlgorithm"], [algorithm])


def test_a_wrong_checksum_leaves_nothing():
    name = bucket()
    for algorithm, value in STATED.items():
        wrong = base64.b64encode(bytes(byte ^ 1 for byte in base64.b64decode(value))).decode()
        with refused("BadDigest", f"The {algorithm} you specified did not match the calculated checksum.", 400):
            s3.put_object(Bucket=name, Key=algorithm, Body=BODY, **{f"Checksum{algorithm}": wrong})
        with refused("InvalidRequest", f"Value for x-amz-checksum-{algorithm.lower()} header is invalid.", 400):
            s3.put_object(Bucket=name, Key=algorithm, Body=BODY, **{f"Checksum{algorithm}": "c2hvcnQ="})
    equal(s3.list_objects_v2(Bucket=name)["KeyCount"], 0)


def test_a_checksum_computed_by_the_client_is_kept():
    name = bucket()
    for algorithm in ("CRC32", "SHA1", "SHA256"):
        equal(s3.put_object(Bucket=name, Key="a", Body=BODY, ChecksumAlgorithm=algorithm)[f"Checksum{algorithm}"], STATED[algorithm])


def test_a_stated_md5_is_verified():
    name = bucket()
    s3.put_object(Bucket=name, Key="a", Body=BODY, ContentMD5=base64.b64encode(hashlib.md5(BODY).digest()).decode())
    with refused("BadDigest", "The Content-MD5 you specified did not match what we received.", 400):
        s3.put_object(Bucket=name, Key="a", Body=BODY, ContentMD5=base64.b64encode(hashlib.md5(b"").digest()).decode())
    with refused("InvalidDigest", "The Content-MD5 you specified was invalid.", 400):
        s3.put_object(Bucket=name, Key="a", Body=BODY, ContentMD5="bm90IG1kNQ==")


def test_without_one_s3_adds_its_own():
    name = bucket()
    plain = boto3.client("s3", config=botocore.config.Config(request_checksum_calculation="when_required"))
    plain.put_object(Bucket=name, Key="a", Body=BODY)
    equal(s3.head_object(Bucket=name, Key="a", ChecksumMode="ENABLED")["ChecksumCRC64NVME"], STATED["CRC64NVME"])
