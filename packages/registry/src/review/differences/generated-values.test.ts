import { describe, expect, it } from 'vitest';
import { maskGenerated } from './generated-values.js';

describe('maskGenerated', () => {
  it.each([
    ['call_8rf1aax7', '…'],
    ['file-862946202234', '…'],
    ['chatcmpl-B9MHDbslfkBeAs8l4bebGdFOJ6PeG', '…'],
    ['req_0a1b2c3d4e5f6a7b8c9d0e1f', '…'],
    ['id 0b5de416-f21a-4c3b-9d7e-0123456789ab.', 'id ….'],
    ['at 2025-11-07T10:15:00Z on http://localhost:8080/v1', 'at … on …/v1'],
    ["{'score': 0.0486, 'n': 2}", "{'score': …, 'n': 2}"],
    // Names, versions and numbers of a text stay.
    ['gpt-4o-2024-08-06', 'gpt-4o-2024-08-06'],
    ['llama3.2:3b-instruct-fp16', 'llama3.2:3b-instruct-fp16'],
    ['test_one and tool_call_id, 1963', 'test_one and tool_call_id, 1963'],
    ['nomic-embed-text-v1.5', 'nomic-embed-text-v1.5'],
    ['the defaced facade', 'the defaced facade'],
  ])('%s', (text, masked) => {
    expect(maskGenerated(text)).toBe(masked);
  });
});
