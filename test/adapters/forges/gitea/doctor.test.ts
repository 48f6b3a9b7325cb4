import { afterAll, beforeAll, expect, it } from 'vitest'
import { gitea } from '../../../../src/adapters/forges/gitea/manifest.ts'
import { type CommitRules, DEFAULT_COMMITS } from '../../../../src/domain/revert/commit-rules.ts'
import type { Finding } from '../../../../src/ports/finding.ts'
import { createSystemClock } from '../../../../src/simulator/clock.ts'
import { listenOnLoopback, type LoopbackServer, type Reply } from '../../../../src/simulator/loopback/server.ts'

const WELL: Readonly<Record<string, unknown>> = {
  '/repos/acme/deploy': { archived: false, has_pull_requests: true, permissions: { push: true }, allow_squash_merge: true },
  '/user': { login: 'kedge' },
  '/repos/acme/deploy/issues': [],
  '/repos/acme/deploy/branches/main': { protected: true, required_approvals: 2, user_can_push: false },
}

let server: LoopbackServer
/** What is answered; a number is a status. */
let answers: Record<string, unknown> = {}

beforeAll(async () => {
  server = await listenOnLoopback(async ({ url }): Promise<Reply> => {
    const answer = answers[url.pathname.replace('/api/v1', '')] ?? 404
    return typeof answer === 'number' ? { status: answer, body: { message: 'no' } } : { status: 200, body: answer }
  }, createSystemClock())
})
afterAll(() => server.close())

async function examine(
  differs: Record<string, unknown> = {},
  commits: Partial<CommitRules> = {},
  deployments = false,
): Promise<readonly string[]> {
  answers = { ...WELL, ...differs }
  const options = { url: server.url, host: undefined, tokenFile: undefined, webhook: { secretFile: undefined } }
  const look = {
    subject: 'repository',
    repoURL: `${server.url}/acme/deploy.git`,
    branch: 'main',
    now: () => 0,
    deployments,
    commits: { ...DEFAULT_COMMITS, ...commits },
  }
  const { findings, serverTime } = await gitea.examine(options, { token: 't' }, look)
  expect(serverTime).toBeTypeOf('number')
  return findings.map(({ level, says }: Finding) => `${level} ${says}`)
}

it('says how pull requests are merged, and how many approvals they need', async () => {
  expect(await examine()).toEqual([
    'ok may be written; pull requests are merged by squash',
    'ok branch main is protected; 2 approvals before a merge',
  ])
})

it.each([
  [{ archived: true }, 'is archived'],
  [{ mirror: true }, 'is a mirror'],
  [{ has_pull_requests: false }, 'has pull requests switched off'],
  [{ permissions: { push: false } }, 'may be read and not written'],
])('fails where nothing can be opened: %j', async (repository, says) => {
  expect((await examine({ '/repos/acme/deploy': repository }))[0]).toMatch(new RegExp(`^fail ${says}`))
})

it('names the scopes that the token lacks, as far as they show by reading', async () => {
  const findings = await examine({ '/user': 403, '/repos/acme/deploy/issues': 403 })
  expect(findings).toContainEqual(expect.stringMatching(/^fail the token lacks read:user and write:issue/))
})

it('warns of a branch that could be pushed to, and of signatures that are asked for', async () => {
  const findings = await examine({
    '/repos/acme/deploy/branches/main': { protected: true, user_can_push: true },
    '/repos/acme/deploy/branch_protections': [{ rule_name: 'main', require_signed_commits: true }],
  })
  expect(findings.slice(1)).toEqual([
    expect.stringMatching(/^warn branch main lets this account push to it/),
    'warn the rule "main" wants signed commits, and Kedge’s are not signed',
  ])
  const open = await examine({ '/repos/acme/deploy/branches/main': { protected: false } })
  expect(open[1]).toMatch(/^warn branch main is not protected/)
})

it.each([
  [{ require_signed_commits: true }, {}, 'wants signed commits on Kedge’s branches, and its push is refused'],
  [{ require_signed_commits: true }, { via: 'api' }, undefined],
  [{ enable_push: false }, {}, 'lets nobody push to Kedge’s branches'],
  [{ enable_push: true, enable_push_whitelist: true }, {}, 'lets only those on its list push to Kedge’s branches'],
  [{ enable_push: true }, {}, undefined],
] as const)('sees beforehand what a rule for its own branches asks: %j, %j', async (rule, commits, says) => {
  const answers = (name: string) => ({ '/repos/acme/deploy/branch_protections': [{ rule_name: name, ...rule }] })
  const told = (await examine(answers('kedge/**'), commits)).filter((line) => line.includes('the rule'))
  expect(told).toEqual(says === undefined ? [] : [`warn the rule "kedge/**" ${says}`])
  expect(await examine(answers('release/*'), commits)).toHaveLength(2)
})

it('tells what the forge says where it says nothing else', async () => {
  expect(await examine({ '/repos/acme/deploy': 401 })).toEqual([expect.stringMatching(/^fail E_FORGE_AUTH: Gitea answered 401/)])
})

it('says that Gitea has no deployments where they are asked for', async () => {
  expect(await examine({}, {}, true)).toContain('warn has no deployments, as Gitea and Forgejo have none, and `announce` asks for them')
})
