/** Where the time of a request went, as a bar and a table. */
import { useStageNames, useWords } from "../words.ts";
import { milliseconds } from "./numbers.ts";

export function Stages({ stages }: { stages: Readonly<Record<string, number>> }) {
  const words = useWords();
  const names = useStageNames();
  const entries = Object.entries(stages);
  const total = entries.reduce((all, [, time]) => all + time, 0);
  const share = (time: number): number => (total ? (100 * time) / total : 0);
  return (
    <div className="stages">
      <div className="bar" aria-hidden="true">
        {entries.map(([stage, time], index) => (
          <span key={stage} className={`stage-${index % 6}`} style={{ width: `${share(time)}%` }} />
        ))}
      </div>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.stage}</th>
            <th scope="col">{words.time}</th>
            <th scope="col">{words.share}</th>
          </tr>
        </thead>
        <tbody>
          {entries.map(([stage, time], index) => (
            <tr key={stage}>
              <th scope="row">
                <span className={`swatch stage-${index % 6}`} aria-hidden="true" />
                {names[stage] ?? stage}
              </th>
              <td>{milliseconds(time)}</td>
              <td>{share(time).toFixed(0)} %</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{words.total}</th>
            <td>{milliseconds(total)}</td>
            <td />
          </tr>
        </tfoot>
      </table>
    </div>
  );
}
