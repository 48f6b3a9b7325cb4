import { z } from 'zod'
import { KedgeError } from '../../../domain/errors.ts'
import { matchesPath } from '../../../domain/words/glob.ts'
import { plainText } from '../../../domain/words/plain-text.ts'
import { fail, failure, ok, warn, type Finding } from '../../../ports/finding.ts'
import type { ForgeLook, ForgeReport } from '../../../ports/manifest.ts'
import type { RestClient } from '../http/client.ts'
import { readable } from '../http/refusal.ts'
import { describeRepository } from '../http/repository-path.ts'
import { SAMPLE_BRANCH } from '../http/sample-branch.ts'
import { createGiteaClient } from './forges.ts'
import { parseRepositoryName, placeOf } from './repository-name.ts'
import { UserResource } from './resources.ts'

const Repository = z.object({
  archived: z.boolean().optional(),
  mirror: z.boolean().optional(),
  has_pull_requests: z.boolean().optional(),
  permissions: z.object({ push: z.boolean() }).nullish(),
  allow_merge_commits: z.boolean().optional(),
  allow_squash_merge: z.boolean().optional(),
  allow_rebase: z.boolean().optional(),
  allow_rebase_explicit: z.boolean().optional(),
  allow_fast_forward_only_merge: z.boolean().optional(),
})
const Branch = z.object({ protected: z.boolean(), required_approvals: z.number().optional(), user_can_push: z.boolean().optional() })
const Protections = z.array(
  z.object({
    rule_name: z.string().optional(),
    require_signed_commits: z.boolean().optional(),
    enable_push: z.boolean().optional(),
    enable_push_whitelist: z.boolean().optional(),
  }),
)

/** Whether pull requests can be opened in a repository and merged, as far as this token may see. Writes nothing. */
export async function examineRepository(
  host: { url: string; host?: string | undefined; token: string },
  look: ForgeLook,
): Promise<ForgeReport> {
  const { subject, repoURL } = look
  const name = parseRepositoryName(repoURL, placeOf(host))
  if (!name) {
    const fault = new KedgeError('E_FORGE_UNSUPPORTED', `${describeRepository(repoURL)} is no owner/name on ${placeOf(host)}`)
    return { findings: [failure(subject, fault)], serverTime: undefined }
  }
  const clock: { theirs?: number } = {}
  const client = createGiteaClient({ ...host, now: look.now }, { onDate: (theirs) => (clock.theirs = theirs) })
  const path = `/repos/${name.owner}/${name.name}`
  try {
    const repository = await client.ask({ method: 'GET', path }, Repository)
    const findings = [
      ...checkWritable(subject, repository),
      ...(await checkToken(subject, path, client)),
      ...(await checkBranch(look, path, client)),
      ...(look.deployments ? [warn(subject, WITHOUT_DEPLOYMENTS, 'Take `deployment` out of `announce` for its Rollouts.')] : []),
    ]
    return { findings, serverTime: clock.theirs }
  } catch (fault) {
    return { findings: [failure(subject, fault)], serverTime: clock.theirs }
  }
}

const WITHOUT_DEPLOYMENTS = 'has no deployments, as Gitea and Forgejo have none, and `announce` asks for them'

function checkWritable(subject: string, repository: z.infer<typeof Repository>): readonly Finding[] {
  if (repository.archived)
    return [fail(subject, 'is archived: nothing can be pushed to it', 'Point the Application at the repository that took its place.')]
  if (repository.mirror)
    return [fail(subject, 'is a mirror: nothing can be pushed to it', 'Point the Application at the repository that it mirrors.')]
  if (repository.has_pull_requests === false)
    return [fail(subject, 'has pull requests switched off', 'Switch them on in its settings: Repository > Pull requests.')]
  if (repository.permissions?.push === false) {
    return [
      fail(
        subject,
        'may be read and not written: no branch can be pushed and no pull request opened',
        'Give the account of the token the right to write to this repository (collaborator or team).',
      ),
    ]
  }
  const ways = [
    repository.allow_merge_commits && 'merge commit',
    repository.allow_squash_merge && 'squash',
    (repository.allow_rebase || repository.allow_rebase_explicit) && 'rebase',
    repository.allow_fast_forward_only_merge && 'fast-forward',
  ].filter(Boolean)
  return [ok(subject, ways.length > 0 ? `may be written; pull requests are merged by ${ways.join(', ')}` : 'may be written')]
}

/** A token has scopes of its own, beside the rights of its account; those for writing show only when something is written. */
async function checkToken(subject: string, path: string, client: RestClient): Promise<readonly Finding[]> {
  const lacking: string[] = []
  if (!(await readable(client.ask({ method: 'GET', path: '/user' }, UserResource)))) lacking.push('read:user')
  const pulls = { method: 'GET', path: `${path}/issues`, query: { type: 'pulls', limit: '1' } } as const
  if ((await readable(client.ask(pulls, z.array(z.unknown()).nullable()))) === undefined) lacking.push('write:issue')
  return lacking.length === 0
    ? []
    : [
        fail(
          subject,
          `the token lacks ${lacking.join(' and ')}: no comment can be written, and no pull request found again`,
          'Make a token with the scopes write:repository, write:issue and read:user.',
        ),
      ]
}

/** Protection as far as it can be read without the right to administer. */
async function checkBranch({ subject, branch, commits }: ForgeLook, path: string, client: RestClient): Promise<readonly Finding[]> {
  if (branch === 'HEAD') return []
  const found = await readable(client.ask({ method: 'GET', path: `${path}/branches/${branch}` }, Branch))
  // Only administrators may read them; then every rule counts, as Kedge's branches may match more than that of the base.
  const rules = (await readable(client.ask({ method: 'GET', path: `${path}/branch_protections` }, Protections))) ?? []
  const approvals = found?.required_approvals ?? 0
  return [
    found?.protected !== true || found.user_can_push === true
      ? warn(
          subject,
          `branch ${branch} ${found?.protected === true ? 'lets this account push to it' : 'is not protected'}: whoever has Kedge’s ` +
            'credential could push to it, though Kedge never does',
          'Protect it, without a right to push for this account.',
        )
      : ok(
          subject,
          `branch ${branch} is protected${approvals > 0 ? `; ${approvals} approval${approvals === 1 ? '' : 's'} before a merge` : ''}`,
        ),
    ...rules.flatMap((rule) => checkRule(rule, { subject, branch, commits })),
  ]
}

/** A rule that covers branches of Kedge is in its way, and one that covers the base in that of a merge. */
function checkRule(
  { rule_name: name = '', ...rule }: z.infer<typeof Protections>[number],
  { subject, branch, commits }: Pick<ForgeLook, 'subject' | 'branch' | 'commits'>,
): readonly Finding[] {
  const told = JSON.stringify(plainText(name, 80))
  if (!matchesPath(SAMPLE_BRANCH, name)) {
    if (rule.require_signed_commits !== true || !matchesPath(branch, name) || commits.via === 'api') return []
    const advice = `Merge by squash: then Gitea signs the commit, where it has a key. ${BY_API}`
    return [warn(subject, `the rule ${told} wants signed commits, and Kedge’s are not signed`, advice)]
  }
  const found: Finding[] = []
  if (rule.require_signed_commits === true && commits.via === 'push')
    found.push(warn(subject, `the rule ${told} wants signed commits on Kedge’s branches, and its push is refused`, `${EXCEPT} ${BY_API}`))
  if (rule.enable_push === false) found.push(warn(subject, `the rule ${told} lets nobody push to Kedge’s branches`, EXCEPT))
  if (rule.enable_push === true && rule.enable_push_whitelist === true)
    found.push(
      warn(subject, `the rule ${told} lets only those on its list push to Kedge’s branches`, 'Put the account of the token on that list.'),
    )
  return found
}

const EXCEPT = 'Leave the branches kedge/revert/** out of that rule.'
const BY_API = 'Or let Gitea commit, where it has a key to sign with: `commits: { via: api }` of this forge.'
