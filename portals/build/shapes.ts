/** Writes src/generated/shapes.json: the mainland of both countries, as coarse as a small map needs. */
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { feature } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";

type Point = [number, number];

const COUNTRIES = ["840", "484"]; // ISO 3166-1: United States, Mexico
const APART = 0.12; // degrees between two points that are kept
const SMALLEST = 12; // points: smaller islands are left out

const atlas = JSON.parse(
  readFileSync(createRequire(import.meta.url).resolve("world-atlas/countries-50m.json"), "utf8"),
) as Topology<{ countries: GeometryCollection }>;

function coarse(ring: Point[]): Point[] {
  const kept: Point[] = [];
  for (const [longitude, latitude] of ring) {
    const last = kept.at(-1);
    if (!last || Math.hypot(longitude - last[0], latitude - last[1]) > APART) {
      kept.push([Number(longitude.toFixed(2)), Number(latitude.toFixed(2))]);
    }
  }
  return kept.length > 0 ? [...kept, kept[0] as Point] : kept;
}

/** South of the 50th parallel and east of the 130th meridian: without Alaska and Hawaii. */
const isMainland = (ring: Point[]): boolean => ring.every(([longitude, latitude]) => latitude < 50 && longitude > -130);

const shapes = feature(atlas, atlas.objects.countries)
  .features.filter((country) => COUNTRIES.includes(String(country.id)))
  .map((country) => {
    const geometry = country.geometry as { type: string; coordinates: Point[][][] };
    const rings = geometry.coordinates.map((polygon) => polygon[0] ?? []).filter(isMainland).map(coarse);
    return { type: "MultiPolygon", coordinates: rings.filter((ring) => ring.length >= SMALLEST).map((ring) => [ring]) };
  });

writeFileSync(new URL("../src/generated/shapes.json", import.meta.url), `${JSON.stringify(shapes)}\n`);
