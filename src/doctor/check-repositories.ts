import { z } from 'zod'
import { createGitHubClient, type GitHubClient } from '../adapters/forges/github/client.ts'
import { describeRepository, parseRepositoryName, type RepositoryName } from '../adapters/forges/github/repository-name.ts'
import { createTokens } from '../adapters/forges/github/tokens.ts'
import type { Secrets } from '../config/secrets.ts'
import type { Config } from '../config/settings.ts'
import { KedgeError } from '../domain/errors.ts'
import { allowsRepository } from '../domain/policy/allow.ts'
import type { GitRepositories } from '../ports/git.ts'
import { checkClock } from './check-clock.ts'
import { fail, failure, ok, warn, type Finding } from './finding.ts'

/** A repository that Applications with Rollouts come from, and the branch that they follow. */
export interface Source {
  repoURL: string
  branch: string
}

const Repository = z.object({
  archived: z.boolean().optional(),
  permissions: z.object({ push: z.boolean() }).optional(),
  allow_merge_commit: z.boolean().optional(),
  allow_squash_merge: z.boolean().optional(),
  allow_rebase_merge: z.boolean().optional(),
})
const Branch = z.object({ protected: z.boolean() })
const Rules = z.array(z.object({ type: z.string() }))
const TIMEOUT_MS = 15_000

/** Whether one repository can be read, written and merged into with what the configuration gives. Writes nothing. */
export async function checkRepository(
  source: Source,
  look: { config: Config; secrets: Secrets; repositories: GitRepositories; now: () => number },
): Promise<readonly Finding[]> {
  const { config, secrets, repositories } = look
  const subject = `repository ${describeRepository(source.repoURL)}`
  if (!allowsRepository(config.policy, source.repoURL)) {
    return [
      warn(
        subject,
        'is not in allow.repositories: Kedge does not read it and opens nothing in it',
        'Add it to `allow.repositories` if Kedge shall.',
      ),
    ]
  }
  const reached = await checkGit(subject, source, repositories)
  const name = parseRepositoryName(source.repoURL)
  if (!config.github || !secrets.github || name?.host !== config.github.gitHost.toLowerCase()) {
    return [
      reached,
      warn(
        subject,
        'is on no forge that the configuration has a credential for: it can be read at most',
        'Configure `github` for its host, if pull requests are wanted.',
      ),
    ]
  }
  return [reached, ...(await checkForge(subject, { ...source, name }, look))]
}

async function checkGit(subject: string, { repoURL, branch }: Source, repositories: GitRepositories): Promise<Finding> {
  try {
    const repository = await repositories.open(repoURL)
    const name = branch === 'HEAD' ? await repository.defaultBranch() : branch
    const head = await repository.remoteBranch(name)
    if (head === undefined)
      return warn(
        subject,
        `is reached by Git and has no branch ${name}: a tag or a commit cannot take a pull request`,
        'Let the Application follow a branch.',
      )
    return ok(subject, `is reached by Git; ${name} is at ${head.slice(0, 12)}`)
  } catch (fault) {
    return failure(subject, fault)
  }
}

async function checkForge(
  subject: string,
  source: Source & { name: RepositoryName },
  { config, secrets, now }: { config: Config; secrets: Secrets; now: () => number },
): Promise<readonly Finding[]> {
  const clock: { theirs?: number } = {}
  const { client, token } = openClient(source.name, { config, secrets, now, onDate: (theirs) => (clock.theirs = theirs) })
  const { owner, name: repo } = source.name
  try {
    await token()
    const repository = await client.ask(`GET /repos/${owner}/${repo}`, Repository, ({ rest }) => rest.repos.get({ owner, repo }))
    return [
      ...(secrets.github?.type === 'app'
        ? [ok(subject, 'the GitHub App is installed on it, with Contents and Pull requests (read and write)')]
        : []),
      ...checkWritable(subject, repository),
      ...(await checkBranch(subject, source, client)),
      ...checkClock(subject, clock.theirs, now()),
    ]
  } catch (fault) {
    return [failure(subject, fault)]
  }
}

function openClient(
  name: RepositoryName,
  { config, secrets, now, onDate }: { config: Config; secrets: Secrets; now: () => number; onDate: (theirs: number) => void },
): { client: GitHubClient; token: () => Promise<string> } {
  if (!config.github || !secrets.github) throw new KedgeError('E_FORGE_UNSUPPORTED', 'no forge is configured')
  const basis = {
    apiBaseUrl: config.github.apiBaseUrl.replace(/\/+$/, ''),
    now,
    timeoutMs: TIMEOUT_MS,
    onRateLimit: () => undefined,
    fetch: async (url: string, init: RequestInit) => {
      const response = await fetch(url, init)
      const theirs = Date.parse(response.headers.get('date') ?? '')
      if (!Number.isNaN(theirs)) onDate(theirs)
      return response
    },
  }
  const tokens = createTokens(secrets.github, basis)
  const token = (rejected?: string): Promise<string> => tokens.tokenFor(name, rejected)
  return { client: createGitHubClient({ ...basis, credential: token, redact: tokens.redact }), token }
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
  { name: { owner, name: repo }, branch }: Source & { name: RepositoryName },
  client: GitHubClient,
): Promise<readonly Finding[]> {
  if (branch === 'HEAD') return []
  const isProtected = await readable(
    client.ask(`GET /repos/${owner}/${repo}/branches/${branch}`, Branch, ({ rest }) => rest.repos.getBranch({ owner, repo, branch })),
  )
  const rules =
    (await readable(
      client.ask(`GET /repos/${owner}/${repo}/rules/branches/${branch}`, Rules, ({ rest }) =>
        rest.repos.getBranchRules({ owner, repo, branch }),
      ),
    )) ?? []
  const guarded = isProtected?.protected === true || rules.some(({ type }) => type === 'pull_request')
  return [
    guarded
      ? ok(subject, `branch ${branch} is protected`)
      : warn(
          subject,
          `branch ${branch} is not protected: whoever has Kedge’s credential could push to it, though Kedge never does`,
          'Require pull requests for it, by branch protection or a ruleset.',
        ),
    ...(rules.some(({ type }) => type === 'required_signatures')
      ? [
          warn(
            subject,
            `branch ${branch} requires signed commits, and Kedge’s are not signed`,
            'Merge its pull requests by squash: then GitHub signs the commit.',
          ),
        ]
      : []),
  ]
}

/** The answer, or undefined where this credential may not see it. */
async function readable<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked
  } catch (fault) {
    if (fault instanceof KedgeError && ['E_FORGE_NOT_FOUND', 'E_FORGE_FORBIDDEN'].includes(fault.code)) return undefined
    throw fault
  }
}
