import type { ErrorEntry } from './error-entry.ts'

/** Of ERRORS: what can go wrong with files that a command reads or writes. */
export const FILE_ERRORS = {
  E_FILE_UNREADABLE: { retryable: false, advice: 'Check the name, and that this user may read it. Standard input is -.' },
  E_INIT_ANSWER: { retryable: false, advice: 'Say something else; `kedge init --help` has each answer. Nothing was written.' },
  E_INIT_EXISTS: {
    retryable: false,
    advice: 'Name other files with --config and --values, or replace them with --force. Nothing was written.',
  },
  E_MANIFEST_MALFORMED: {
    retryable: false,
    advice: 'Give YAML or JSON as `kubectl get rollout NAME -o yaml` prints it. Templates must be rendered first.',
  },
  E_RECORDING_UNREADABLE: {
    retryable: false,
    advice: 'Check that the folder holds `events.jsonl` and `meta.json` of a recording, and the bundle its repository.',
  },
} as const satisfies Record<string, ErrorEntry>
