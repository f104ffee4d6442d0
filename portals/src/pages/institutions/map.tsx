import { geoConicEqualArea, type GeoPermissibleObjects, geoPath } from "d3-geo";
import { useMemo } from "react";
import type { CollaborationLineFragment, InstitutionRowFragment } from "../../generated/graphql.ts";
import shapes from "../../generated/shapes.json";
import { useWords } from "../../words/words.ts";

const WIDTH = 960;
const HEIGHT = 560;
const MARGIN = 36;
const WIDEST = 7; // pixels, of the line between the two that have most in common

type Located = InstitutionRowFragment & { location: NonNullable<InstitutionRowFragment["location"]> };

interface Props {
  institutions: readonly InstitutionRowFragment[];
  collaborations: readonly CollaborationLineFragment[];
}

/** Where the institutions are, and who works with whom: a picture of the tables below it. */
export function Map({ institutions, collaborations }: Props) {
  const { institutions: words } = useWords();
  const located = institutions.filter((one): one is Located => one.location !== null);
  const { land, at } = useMemo(() => projected(located), [institutions]);
  const most = Math.max(1, ...collaborations.map((one) => one.weight));
  return (
    <figure class="map">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={words.picture(located.length, collaborations.length)}>
        {land.map((path) => (
          <path key={path} class="land" d={path} />
        ))}
        {collaborations.map((one) => (
          <Line key={one.institution.id + one.counterpart.id} from={at.get(one.institution.id)} to={at.get(one.counterpart.id)} width={1 + (WIDEST * one.weight) / most} />
        ))}
        {located.map((one) => (
          <circle key={one.id} class={one.side.toLowerCase()} cx={at.get(one.id)?.[0]} cy={at.get(one.id)?.[1]} r={6}>
            <title>{one.name}</title>
          </circle>
        ))}
      </svg>
      <figcaption>{words.caption}</figcaption>
    </figure>
  );
}

type Point = [number, number];

/** The countries' outlines and the institutions' points, on a map that is just large enough for the points. */
function projected(institutions: readonly Located[]): { land: string[]; at: globalThis.Map<string, Point> } {
  const points = institutions.map((one): Point => [one.location.longitude, one.location.latitude]);
  const projection = geoConicEqualArea()
    .parallels([20, 38])
    .rotate([106, 0])
    .fitExtent(
      [
        [MARGIN, MARGIN],
        [WIDTH - MARGIN, HEIGHT - MARGIN],
      ],
      { type: "MultiPoint", coordinates: points },
    )
    .clipExtent([
      [0, 0],
      [WIDTH, HEIGHT],
    ]);
  const path = geoPath(projection).digits(1);
  const at = institutions.map((one, index): [string, Point] => [one.id, projection(points[index] as Point) ?? [0, 0]]);
  return { land: (shapes as GeoPermissibleObjects[]).map((shape) => path(shape) ?? ""), at: new globalThis.Map(at) };
}

/** An arc, so that lines between the same cities can be told apart. */
function Line({ from, to, width }: { from: Point | undefined; to: Point | undefined; width: number }) {
  if (!from || !to) {
    return null;
  }
  const [x, y] = [(from[0] + to[0]) / 2 + (to[1] - from[1]) / 6, (from[1] + to[1]) / 2 - (to[0] - from[0]) / 6];
  return <path class="together" d={`M${from.join()} Q${x},${y} ${to.join()}`} stroke-width={width} />;
}
