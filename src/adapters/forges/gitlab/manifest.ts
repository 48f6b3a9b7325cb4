import { z } from 'zod'
import { webUrl } from '../../../options/address.ts'
import { path } from '../../../options/file.ts'
import type { ForgeManifest } from '../../../ports/manifest.ts'
import { gitlabFirstSteps } from './first-steps.ts'
import { gitlabMarkdown } from './markdown.ts'
import { gitlabWebhook } from './webhook.ts'

const config = z.strictObject({
  apiBaseUrl: webUrl.default('https://gitlab.com/api/v4').describe('`https://HOST/api/v4` for a server of one’s own.'),
  host: z
    .string()
    .min(1)
    .max(253)
    .optional()
    .describe('Host of clone URLs, with its port where it has one. Taken from `apiBaseUrl` where nothing is said.'),
  tokenFile: path.optional().describe('File with a token of a project, a group or a person, with the scope `api`.'),
  webhook: z
    .strictObject({ secretFile: path.optional().describe('File with the secret token of the webhook, or its signing token (`whsec_…`).') })
    .prefault({})
    .describe('Events from GitLab, at `/webhooks/gitlab`.'),
})

type Options = z.output<typeof config>

/** GitLab: gitlab.com and servers of one's own. */
export const gitlab: ForgeManifest<Options, { token: string }> = {
  id: 'gitlab',
  name: 'GitLab',
  config,
  firstSteps: gitlabFirstSteps,
  gitHost,
  ignoresCase: true,
  hasDeployments: true,
  limits: [
    // https://docs.gitlab.com/user/gitlab_com/rate_limits/: comments of one user; 300 on servers of one's own, unless they say otherwise
    // (https://docs.gitlab.com/administration/settings/rate_limit_on_notes_creation/).
    { of: 'comments', withinMs: 60_000, most: 60 },
    // The same page: 2,000 requests of any kind. What one of Kedge's makes comes with no more than nine that only read.
    { of: 'content', withinMs: 60_000, most: 200 },
  ],
  credential({ tokenFile }, reader) {
    const before = reader.faults
    const token = reader.read(['tokenFile'], tokenFile, 'KEDGE_GITLAB_TOKEN')
    if (token === undefined && reader.faults === before)
      reader.fault([], 'has no credential; looked for tokenFile and the variable KEDGE_GITLAB_TOKEN')
    return token === undefined ? undefined : { token }
  },
  secretsIn: ({ token }) => [token],
  webhookSecret: ({ webhook }, reader) => reader.read(['webhook', 'secretFile'], webhook.secretFile, 'KEDGE_GITLAB_WEBHOOK_SECRET'),
  markup: gitlabMarkdown,
  async open(options, { token }, { allows, now, assertMayAct }) {
    const { createGitLabForges } = await import('./forges.ts')
    return createGitLabForges({ apiBaseUrl: options.apiBaseUrl, gitHost: gitHost(options), token, allow: allows, now, assertMayAct })
  },
  // The path below which a GitLab may be is in the repository's name already.
  commitUrl: ({ apiBaseUrl }, repository, revision) => `${new URL(apiBaseUrl).protocol}//${repository}/-/commit/${revision}`,
  // A user's name: GitLab asks no groups for a review.
  reviewer: /^[a-z\d_.][\w.-]{0,254}$/i,
  webhook: gitlabWebhook,
  async examine(options, { token }, look) {
    const { examineProject } = await import('./doctor.ts')
    return examineProject({ apiBaseUrl: options.apiBaseUrl, gitHost: gitHost(options), token }, look)
  },
}

function gitHost({ host, apiBaseUrl }: Options): string {
  return host?.toLowerCase() ?? new URL(apiBaseUrl).host
}
