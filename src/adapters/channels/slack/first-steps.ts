import type { FirstSteps } from '../../../ports/first-steps.ts'

/** A bot; an incoming webhook is said by hand. */
export const slackFirstSteps: FirstSteps = {
  needsNoUrl: true,
  entry: ({ fileOf }) => ({ tokenFile: fileOf('token') }),
  secrets: () => [{ name: 'token', holds: 'the bot token (`xoxb-…`)' }],
  rights: () => [
    'An app with the bot scopes chat:write, channels:read, channels:history (groups:read, groups:history for private channels),',
    'installed to the workspace, and invited to the channel.',
  ],
}
