import type { FirstSteps } from '../../../ports/first-steps.ts'

/** One channel, by a workflow. */
export const teamsFirstSteps: FirstSteps = {
  needsNoUrl: true,
  entry: ({ fileOf }) => ({ webhookUrlFile: fileOf('webhookUrl') }),
  secrets: () => [{ name: 'webhookUrl', holds: 'the URL of the workflow, which is a secret' }],
  rights: () => ['A workflow "Post to a channel when a webhook request is received" in that channel.'],
}
