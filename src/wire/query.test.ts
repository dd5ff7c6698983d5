import { describe, expect, test } from "vitest";
import { MalformedError } from "./malformed.ts";
import { formTree, numberedChildren, parseForm } from "./query.ts";

const form = (text: string) => formTree(parseForm(new TextEncoder().encode(text)));

describe("a query form", () => {
  test("is a tree of its dotted names", () => {
    const tree = form("Action=A&Tags.member.1.Key=k&Tags.member.1.Value=v+1");
    const tag = tree.children?.get("Tags")?.children?.get("member")?.children?.get("1");
    expect(tree.children?.get("Action")?.value).toBe("A");
    expect(tag?.children?.get("Value")?.value).toBe("v 1");
  });

  test("orders a list by its numbers, not by its text", () => {
    const tree = form("L.member.10=c&L.member.2=b&L.member.1=a&L.member.x=d");
    const list = tree.children?.get("L")?.children?.get("member");
    expect(numberedChildren(list ?? {}).map(({ value }) => value)).toEqual(["a", "b", "c"]);
  });

  test("has bounds", () => {
    expect(() => form(`${"a.".repeat(200)}b=1`)).toThrow(MalformedError);
    expect(() => form("a=1&".repeat(30_000))).toThrow(MalformedError);
  });
});
