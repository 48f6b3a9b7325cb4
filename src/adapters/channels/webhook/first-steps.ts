import type { FirstSteps } from '../../../ports/first-steps.ts'

/** Events for programs, at an address of one's own. */
export const webhookFirstSteps: FirstSteps = {
  entry: ({ url, fileOf }) => ({ url, secretFile: fileOf('secret') }),
  secrets: () => [{ name: 'secret', holds: 'what events are signed with', madeBy: 'openssl rand -hex 32' }],
  rights: () => ['The receiver checks the signature with the same secret (docs/events.md).'],
}
