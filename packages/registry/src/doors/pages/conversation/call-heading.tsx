import { InlineText, NameText } from '../layout/inline-text.js';
import type { Markup } from '../layout/page-content.js';
import { NAME_LENGTH, nameCall } from './call-name.js';

/** What a heading needs of a call; an exchange, or what the registry stores of one. */
interface HeadedCall {
  position: number;
  method: string;
  url: string;
}

/**
 * "2. POST api.openai.com/v1/chat/completions", never a link to the URL. "Call 2" for a call that is no HTTP
 * request.
 */
export function CallTitle({ call, isNumbered = true }: { call: HeadedCall; isNumbered?: boolean }): Markup {
  const number = (call.position + 1).toLocaleString('en-GB');
  const name = nameCall(call);
  if (name === '') return <>{`Call ${number}`}</>;
  return (
    <>
      {isNumbered && <span class="call-number">{`${number}. `}</span>}
      <NameText text={name} limit={NAME_LENGTH} />
    </>
  );
}

/** Model, HTTP status and kind of the response of a call, with a tag for an error. */
export function CallAbout(props: {
  model: string | null;
  status: number | null;
  isStreaming: boolean | null;
  isError: boolean;
}): Markup {
  const { model, status } = props;
  const about = [
    model === null ? null : <InlineText text={model} limit={100} />,
    status === null ? null : `HTTP ${status}`,
    props.isStreaming === true ? 'streamed' : null,
  ].filter((each) => each !== null);
  return (
    <span class="call-about">
      {about.map((each, index) => (
        <>
          {index > 0 && ' · '}
          {each}
        </>
      ))}
      {props.isError && (
        <>
          {' '}
          <span class="tag problem">error</span>
        </>
      )}
    </span>
  );
}
