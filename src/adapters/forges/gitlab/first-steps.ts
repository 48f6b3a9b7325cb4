import type { FirstSteps } from '../../../ports/first-steps.ts'

/** gitlab.com, or a server of one's own by the address of its pages. */
export const gitlabFirstSteps: FirstSteps = {
  usualUrl: 'https://gitlab.com',
  entry: ({ url, fileOf, webhookUrl }) => ({
    ...(url !== 'https://gitlab.com' && { apiBaseUrl: `${url}/api/v4` }),
    tokenFile: fileOf('token'),
    ...(webhookUrl !== undefined && { webhook: { secretFile: fileOf('webhookSecret') } }),
  }),
  secrets: ({ webhookUrl }) => [
    { name: 'token', holds: 'the token' },
    ...(webhookUrl === undefined
      ? []
      : [{ name: 'webhookSecret', holds: 'the secret token of the webhook, the same at GitLab', madeBy: 'openssl rand -hex 32' }]),
  ],
  rights: ({ webhookUrl }) => [
    'A token of the project, or of a group above it: role Developer, scope `api`, and nothing else.',
    'Protect the base branch with "Allowed to push: No one".',
    ...(webhookUrl === undefined ? [] : [`A webhook to ${webhookUrl}: push events, merge request events.`]),
  ],
}
