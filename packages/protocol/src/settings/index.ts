/** The settings file, as far as client and registry both read it. Apart from `index.ts`, because of its YAML parser. */

export {
  LONGEST_SETTINGS,
  parseRecordingRules,
  type RecordingRule,
  readRecordingRules,
} from './recording-rules.js';
