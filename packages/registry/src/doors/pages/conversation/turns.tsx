import { shorten } from '../../../vocabulary/words.js';
import { InlineText } from '../layout/inline-text.js';
import type { Markup } from '../layout/page-content.js';
import type { Turn } from './conversation.js';
import { CopyButton } from './copy-button.js';
import { Marked, MarkedTextView } from './marked-runs.js';
import { type MarkedPart, type MarkedTurn, markWhole, type SidesRow } from './side-by-side.js';

/**
 * A list of turns.
 * @param limit maximum number of characters of each part
 */
export function Turns({ turns, limit }: { turns: Turn[]; limit?: number }): Markup {
  return (
    <>
      {turns.map((turn) => (
        <TurnView turn={markWhole(turn, 'same', limit)} />
      ))}
    </>
  );
}

/**
 * The turns of two sides next to each other; on a narrow screen one below the other. Equal turns are shown
 * once, in a fold.
 */
export function Sides({ rows }: { rows: SidesRow[] }): Markup {
  return (
    <>
      {groupSame(rows).map(({ row, same }) =>
        row === null ? (
          <SameTurns turns={same} />
        ) : (
          <div class="sides">
            <Side label="Before" turn={row.before} />
            <Side label="After" turn={row.after} />
          </div>
        ),
      )}
    </>
  );
}

/** A row with a difference, or the equal turns between two such rows. */
function groupSame(rows: SidesRow[]): { row: SidesRow | null; same: MarkedTurn[] }[] {
  const groups: { row: SidesRow | null; same: MarkedTurn[] }[] = [];
  for (const row of rows) {
    const last = groups.at(-1);
    if (!row.isSame || row.after === null) groups.push({ row, same: [] });
    else if (last?.row === null) last.same.push(row.after);
    else groups.push({ row: null, same: [row.after] });
  }
  return groups;
}

function SameTurns({ turns }: { turns: MarkedTurn[] }): Markup {
  const speakers = shorten(turns.map(({ who }) => who).join(', '), 60);
  const title =
    turns.length === 1 ? 'Equal message' : `${turns.length.toLocaleString('en-GB')} equal messages`;
  return (
    <details class="same">
      <summary>
        {`${title} (`}
        <InlineText text={speakers} />
        {')'}
      </summary>
      {turns.map((turn) => (
        <TurnView turn={turn} />
      ))}
    </details>
  );
}

function Side({ label, turn }: { label: string; turn: MarkedTurn | null }): Markup {
  return (
    <div class="side">
      <p class="side-label">{label}</p>
      {turn === null ? <p class="quiet">nothing</p> : <TurnView turn={turn} />}
    </div>
  );
}

function TurnView({ turn }: { turn: MarkedTurn }): Markup {
  return (
    <section class={`turn ${turn.who === 'error' ? 'is-error' : ''}`}>
      <div class="turn-head">
        <h3>
          <bdi>
            <Marked kind={turn.whoMark} text={shorten(turn.who.replaceAll(/\s+/g, ' '), 60)} />
          </bdi>
        </h3>
        <CopyButton what="the text of this message" />
      </div>
      {turn.parts.map((part) => (
        <PartView part={part} />
      ))}
    </section>
  );
}

const LABELS: Record<MarkedPart['kind'], string | null> = {
  text: null,
  thinking: 'thinking',
  refusal: 'refusal',
  call: 'tool call',
  result: 'result',
  data: null,
};

function PartView({ part }: { part: MarkedPart }): Markup {
  const label = LABELS[part.kind];
  return (
    <div class={`part ${part.kind}`}>
      {(label !== null || part.name !== '') && (
        <p class="part-label">
          {label}{' '}
          {part.name !== '' && (
            <code>
              <Marked kind={part.nameMark} text={part.name} />
            </code>
          )}
        </p>
      )}
      <MarkedTextView text={part} />
      {part.note !== null && <p class="quiet">{part.note}</p>}
    </div>
  );
}
