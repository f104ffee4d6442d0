import assert from "node:assert/strict";
import { test } from "node:test";
import { csvOf } from "../src/csv.ts";
import { differences, merge } from "../src/merge.ts";

const base = { title: "A bridge", summary: "Between two shores." };

test("what only one changed is merged", () => {
  const merged = merge(base, { ...base, title: "Two bridges" }, { ...base, summary: "Of stone." });
  assert.deepEqual(merged, { texts: { title: "Two bridges", summary: "Of stone." }, conflicts: [] });
});

test("what both changed is a conflict, and mine stays in the form", () => {
  const merged = merge(base, { ...base, title: "Mine" }, { ...base, title: "Theirs" });
  assert.deepEqual(merged, { texts: { title: "Mine", summary: base.summary }, conflicts: ["title"] });
});

test("the same change by both is no conflict", () => {
  assert.deepEqual(merge(base, { ...base, title: "Same" }, { ...base, title: "Same" }).conflicts, []);
});

test("a text that I cleared, and they changed, is a conflict", () => {
  assert.deepEqual(merge(base, { ...base, title: "" }, { ...base, title: "Theirs" }).conflicts, ["title"]);
});

test("the words that the other text lacks are marked", () => {
  const pieces = differences("Agua para ambas orillas", "Agua limpia para las orillas");
  assert.equal(pieces.map((piece) => piece.text).join(""), "Agua para ambas orillas");
  assert.deepEqual(pieces.filter((piece) => piece.isOnlyHere).map((piece) => piece.text.trim()), ["ambas"]);
});

test("differences of every pair of short texts are exact", () => {
  const words = ["a ", "b ", "c "];
  const texts = words.flatMap((x) => words.flatMap((y) => words.map((z) => x + y + z)));
  for (const one of texts) {
    for (const other of texts) {
      const common = differences(one, other).filter((piece) => !piece.isOnlyHere).length;
      assert.equal(differences(one, other).map((piece) => piece.text).join(""), one);
      assert.equal(common, differences(other, one).filter((piece) => !piece.isOnlyHere).length);
    }
  }
});

test("a spreadsheet runs nothing, and keeps its letters", async () => {
  const bytes = new Uint8Array(await csvOf([["=1+1", "@x", "-2", 'a "b", c', null], ["Núñez", "", "1", "x\ny", ""]]).arrayBuffer());
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  assert.equal(text, "\ufeff'=1+1,'@x,'-2,\"a \"\"b\"\", c\",\r\nNúñez,,1,\"x\ny\",\r\n");
});
