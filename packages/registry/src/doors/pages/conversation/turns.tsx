import { visible } from '../../../review/report/escape-markdown.js';
import { InlineText } from '../layout/inline-text.js';
import type { Markup } from '../layout/page-content.js';
import type { Turn } from './conversation.js';
import { type MarkedPart, type MarkedTurn, markWhole, type SidesRow } from './side-by-side.js';

/** A list of turns. */
export function Turns({ turns }: { turns: Turn[] }): Markup {
  return (
    <>
      {turns.map((turn) => (
        <TurnView turn={markWhole(turn)} />
      ))}
    </>
  );
}

/** The turns of two sides next to each other; on a narrow screen one below the other. */
export function Sides({ rows }: { rows: SidesRow[] }): Markup {
  return (
    <>
      {rows.map((row) => (
        <div class="sides">
          <Side label="Before" turn={row.before} />
          <Side label="After" turn={row.after} />
        </div>
      ))}
    </>
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
      <h3>
        <InlineText text={turn.who} limit={60} />
      </h3>
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
  const mark = part.runs.length === 1 ? (part.runs[0]?.kind ?? 'same') : 'same';
  return (
    <div class={`part ${part.kind}`}>
      {(label !== null || part.name !== '') && (
        <p class="part-label">
          {label}{' '}
          {part.name !== '' && (
            <code>
              <Marked kind={mark} text={part.name} />
            </code>
          )}
        </p>
      )}
      <div class="words" dir="auto">
        {part.runs.map(({ kind, text }) => (
          <Marked kind={kind} text={text} />
        ))}
      </div>
      {part.cut > 0 && (
        <p class="quiet">{`… and ${part.cut.toLocaleString('en-GB')} more characters in the file.`}</p>
      )}
    </div>
  );
}

/** Text that is removed, added or unchanged. */
export function Marked({ kind, text }: { kind: 'same' | 'gone' | 'new'; text: string }): Markup {
  const shown = visible(text);
  if (kind === 'gone') return <del>{shown}</del>;
  if (kind === 'new') return <ins>{shown}</ins>;
  return <>{shown}</>;
}
