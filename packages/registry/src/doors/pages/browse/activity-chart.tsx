import { InlineText } from '../layout/inline-text.js';
import type { Markup } from '../layout/page-content.js';
import { type ActivityPicture, type ActivitySeries, MEASURES, type Measure, sum } from './activity-series.js';

/** Units of the picture; the stylesheet scales it. */
const BAR = 10;
const GAP = 2;
const HEIGHT = 100;
/** A value above 0 is at least this high, so that it can be seen. */
const LEAST_HEIGHT = 3;

const TITLES: Record<Measure, string> = {
  recordings: 'Recordings',
  behaviour: 'Behaviour changes',
  errors: 'Errors',
};

/** Recordings, behaviour changes and errors per week and model: three pictures, and the same as a table. */
export function ActivityChart({ picture }: { picture: ActivityPicture }): Markup {
  return (
    <section aria-labelledby="activity">
      <h2 id="activity">Activity</h2>
      <div class="charts">
        {MEASURES.map((measure) => (
          <Chart picture={picture} measure={measure} />
        ))}
      </div>
      <ul class="legend">
        {picture.series.map(({ label }, index) => (
          <li>
            <span class={`swatch series-${index}`} /> <InlineText text={label} limit={60} />
          </li>
        ))}
      </ul>
      <details>
        <summary>Activity as a table</summary>
        <ActivityTable picture={picture} />
      </details>
    </section>
  );
}

function Chart({ picture, measure }: { picture: ActivityPicture; measure: Measure }): Markup {
  const { weeks, series } = picture;
  const totals = weeks.map((_, week) => sum(series.map(({ values }) => values[measure][week] ?? 0)));
  const [total, most] = [sum(totals), Math.max(...totals)];
  const title = TITLES[measure];
  const busiest = weeks[totals.indexOf(most)] ?? 0;
  const description =
    total === 0
      ? `None in ${weeks.length} weeks.`
      : `${number(total)} in ${weeks.length} weeks; at most ${number(most)}, in the week of ${day(busiest)}.`;
  return (
    <figure>
      <figcaption>
        <strong>{title}</strong> <span class="quiet small">{description}</span>
      </figcaption>
      <svg
        viewBox={`0 0 ${weeks.length * BAR} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-labelledby={`${measure}-title ${measure}-description`}
      >
        <title id={`${measure}-title`}>{`${title} per week`}</title>
        <desc id={`${measure}-description`}>{description}</desc>
        {totals.map((count, week) =>
          count === 0 ? null : (
            <Bar series={series} measure={measure} week={week} label={day(weeks[week] ?? 0)} most={most} />
          ),
        )}
      </svg>
      <div class="axis quiet small">
        <span>{day(weeks[0] ?? 0)}</span>
        <span>{day(weeks.at(-1) ?? 0)}</span>
      </div>
    </figure>
  );
}

/** The series of one week on top of each other, with a tooltip. */
function Bar(props: {
  series: ActivitySeries[];
  measure: Measure;
  week: number;
  label: string;
  most: number;
}): Markup {
  const { series, measure, week, label, most } = props;
  const counts = series.map(({ values }) => values[measure][week] ?? 0);
  const total = sum(counts);
  const height = Math.max(LEAST_HEIGHT, (total / most) * HEIGHT);
  let bottom = HEIGHT;
  return (
    <g>
      <title>{`${label}: ${number(total)}`}</title>
      {counts.map((count, index) => {
        if (count === 0) return null;
        const part = (count / total) * height;
        bottom -= part;
        return (
          <rect
            class={`series-${index}`}
            x={week * BAR + GAP / 2}
            y={bottom.toFixed(2)}
            width={BAR - GAP}
            height={part.toFixed(2)}
          />
        );
      })}
    </g>
  );
}

function ActivityTable({ picture: { weeks, series } }: { picture: ActivityPicture }): Markup {
  const rows = weeks.flatMap((week, index) =>
    series.map(({ label, values }) => ({
      week,
      label,
      counts: MEASURES.map((measure) => ({ measure, count: values[measure][index] ?? 0 })),
    })),
  );
  const used = rows.filter(({ counts }) => counts.some(({ count }) => count > 0));
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Week of</th>
          <th scope="col">Model</th>
          {MEASURES.map((measure) => (
            <th scope="col">{TITLES[measure]}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {used.reverse().map(({ week, label, counts }) => (
          <tr>
            <th scope="row">{day(week)}</th>
            <td data-label="Model">
              <InlineText text={label} limit={60} />
            </td>
            {counts.map(({ measure, count }) => (
              <td data-label={TITLES[measure]}>{number(count)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const number = (value: number) => value.toLocaleString('en-GB');

/** "6 Oct 2025", in UTC. */
function day(time: number): string {
  return new Date(time).toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  });
}
