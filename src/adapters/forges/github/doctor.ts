import { z } from 'zod'
import { KedgeError } from '../../../domain/errors.ts'
import type { CommitRules } from '../../../domain/revert/commit-rules.ts'
import { parseHttpDate } from '../../../domain/words/http-fields.ts'
import { fail, failure, ok, warn, type Finding } from '../../../ports/finding.ts'
import type { ForgeLook, ForgeReport } from '../../../ports/manifest.ts'
import { readable } from '../http/refusal.ts'
import { describeRepository } from '../http/repository-path.ts'
import { SAMPLE_BRANCH } from '../http/sample-branch.ts'
import { createGitHubClient, type GitHubClient } from './client.ts'
import { describeRules, Rules } from './doctor-rules.ts'
import { parseRepositoryName, type RepositoryName } from './repository-name.ts'
import { createTokens, type GitHubAuth, type Tokens } from './tokens.ts'

const Repository = z.object({
  archived: z.boolean().optional(),
  permissions: z.object({ push: z.boolean() }).optional(),
  allow_merge_commit: z.boolean().optional(),
  allow_squash_merge: z.boolean().optional(),
  allow_rebase_merge: z.boolean().optional(),
})
const Branch = z.object({ protected: z.boolean() })
const TIMEOUT_MS = 15_000

/** Whether pull requests can be opened in a repository and merged, as far as this credential may see. Writes nothing. */
export async function examineRepository(host: { apiBaseUrl: string; auth: GitHubAuth }, look: ForgeLook): Promise<ForgeReport> {
  const { subject, repoURL } = look
  const name = parseRepositoryName(repoURL)
  const clock: { theirs?: number } = {}
  if (!name) {
    const fault = new KedgeError('E_FORGE_UNSUPPORTED', `${describeRepository(repoURL)} is no owner/name`)
    return { findings: [failure(subject, fault)], serverTime: undefined }
  }
  const { client, token, mayWrite } = openClient(name, host, look.deployments, {
    now: look.now,
    onDate: (theirs) => (clock.theirs = theirs),
  })
  const { owner, name: repo } = name
  try {
    await token()
    const repository = await client.ask(`GET /repos/${owner}/${repo}`, Repository, ({ rest }) => rest.repos.get({ owner, repo }))
    const findings = [
      ...(host.auth.type === 'app' ? checkApp(subject, mayWrite('statuses') === true) : []),
      ...checkWritable(subject, repository),
      ...(look.deployments ? await checkDeployments(subject, name, { client, mayWrite }) : []),
      ...(await checkBranch(subject, { name, branch: look.branch, commits: look.commits }, client)),
      ...describeRules(subject, await rulesFor(client, name, SAMPLE_BRANCH), look.commits),
    ]
    return { findings, serverTime: clock.theirs }
  } catch (fault) {
    return { findings: [failure(subject, fault)], serverTime: undefined }
  }
}

function openClient(
  name: RepositoryName,
  { apiBaseUrl, auth }: { apiBaseUrl: string; auth: GitHubAuth },
  deployments: boolean,
  { now, onDate }: { now: () => number; onDate: (theirs: number) => void },
): { client: GitHubClient; token: () => Promise<string>; mayWrite: Tokens['mayWrite'] } {
  const basis = {
    apiBaseUrl: apiBaseUrl.replace(/\/+$/, ''),
    now,
    timeoutMs: TIMEOUT_MS,
    onRateLimit: () => undefined,
    fetch: async (url: string, init: RequestInit) => {
      const response = await fetch(url, init)
      const theirs = parseHttpDate(response.headers.get('date'))
      if (theirs !== undefined) onDate(theirs)
      return response
    },
  }
  const tokens = createTokens(auth, basis, deployments)
  const token = (rejected?: string): Promise<string> => tokens.tokenFor(name, rejected)
  return {
    client: createGitHubClient({ ...basis, credential: token, redact: tokens.redact }),
    token,
    mayWrite: (what) => tokens.mayWrite(what),
  }
}

/** What the installation has granted. Of a token nobody says what it may. */
function checkApp(subject: string, mayWriteStatuses: boolean): readonly Finding[] {
  const installed = 'the GitHub App is installed on it, with Contents and Pull requests'
  if (mayWriteStatuses) return [ok(subject, `${installed} and Commit statuses (read and write)`)]
  return [
    ok(subject, `${installed} (read and write)`),
    warn(
      subject,
      'the GitHub App may write no commit statuses: nobody sees beside a commit that it brings back what failed',
      'Give it Commit statuses (read and write), and accept that in the installation; or set quarantine.days to 0.',
    ),
  ]
}

/** What an App was granted is known; of a token, that it may not even read them. */
async function checkDeployments(
  subject: string,
  { owner, name: repo }: RepositoryName,
  { client, mayWrite }: { client: GitHubClient; mayWrite: Tokens['mayWrite'] },
): Promise<readonly Finding[]> {
  const list = client.ask(`GET /repos/${owner}/${repo}/deployments`, z.array(z.unknown()), ({ rest }) =>
    rest.repos.listDeployments({ owner, repo, per_page: 1 }),
  )
  const isReadable = (await readable(list)) !== undefined
  if (isReadable && mayWrite('deployments') !== false) return [ok(subject, 'its deployments may be read')]
  return [
    warn(
      subject,
      'the credential may write no deployments, and `announce` asks for them: nobody sees releases in their environments',
      'Give it Deployments (read and write), and accept that in the installation; or take `deployment` out of `announce`.',
    ),
  ]
}

function checkWritable(subject: string, repository: z.infer<typeof Repository>): readonly Finding[] {
  if (repository.archived)
    return [fail(subject, 'is archived: nothing can be pushed to it', 'Point the Application at the repository that took its place.')]
  if (repository.permissions?.push === false) {
    return [
      fail(
        subject,
        'may be read and not written: no branch can be pushed and no pull request opened',
        'Give the credential Contents and Pull requests (read and write) on this repository.',
      ),
    ]
  }
  const ways = [
    repository.allow_merge_commit && 'merge commit',
    repository.allow_squash_merge && 'squash',
    repository.allow_rebase_merge && 'rebase',
  ].filter(Boolean)
  return [ok(subject, ways.length > 0 ? `may be written; pull requests are merged by ${ways.join(', ')}` : 'may be written')]
}

/** Protection as far as it can be read without the right to administer. */
async function checkBranch(
  subject: string,
  { name, branch, commits }: { name: RepositoryName; branch: string; commits: CommitRules },
  client: GitHubClient,
): Promise<readonly Finding[]> {
  if (branch === 'HEAD') return []
  const { owner, name: repo } = name
  const isProtected = await readable(
    client.ask(`GET /repos/${owner}/${repo}/branches/${branch}`, Branch, ({ rest }) => rest.repos.getBranch({ owner, repo, branch })),
  )
  const rules = await rulesFor(client, name, branch)
  const guarded = isProtected?.protected === true || rules.some(({ type }) => type === 'pull_request')
  return [
    guarded
      ? ok(subject, `branch ${branch} is protected`)
      : warn(
          subject,
          `branch ${branch} is not protected: whoever has Kedge’s credential could push to it, though Kedge never does`,
          'Require pull requests for it, by branch protection or a ruleset.',
        ),
    ...(rules.some(({ type }) => type === 'merge_queue')
      ? [ok(subject, `pull requests to branch ${branch} go through a merge queue: people put Kedge’s into it as any other`)]
      : []),
    ...(commits.via === 'push' && rules.some(({ type }) => type === 'required_signatures')
      ? [
          warn(
            subject,
            `branch ${branch} requires signed commits, and Kedge’s are not signed`,
            'Merge its pull requests by squash, which GitHub signs, or let GitHub commit: `commits: { via: api }` of this forge.',
          ),
        ]
      : []),
  ]
}

/** Those that hold for a branch, whether there is one of that name or not; none where they may not be read. */
async function rulesFor(client: GitHubClient, { owner, name: repo }: RepositoryName, branch: string): Promise<z.infer<typeof Rules>> {
  const asked = client.ask(`GET /repos/${owner}/${repo}/rules/branches/${branch}`, Rules, ({ rest }) =>
    rest.repos.getBranchRules({ owner, repo, branch, per_page: 100 }),
  )
  return (await readable(asked)) ?? []
}
