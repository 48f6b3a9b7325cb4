import { expect, it } from 'vitest'
import { examineRepository } from '../../../../src/adapters/forges/github/doctor.ts'
import { type CommitRules, DEFAULT_COMMITS } from '../../../../src/domain/revert/commit-rules.ts'
import { useOnlyNock } from '../../only-nock.ts'
import { edge, NOW, REPOSITORY, TOKEN } from './github-edge.ts'

const AT = '/repos/acme/deploy'

useOnlyNock()

/** What the doctor says of these rules for branches of Kedge, and those for `main`. */
async function examine(rules: unknown, commits: Partial<CommitRules> = {}, onMain: readonly unknown[] = []): Promise<readonly string[]> {
  edge()
    .get(AT)
    .reply(200, { archived: false, permissions: { push: true } })
  edge().get(`${AT}/branches/main`).reply(200, { protected: true })
  edge()
    .get(`${AT}/rules/branches/main`)
    .query(true)
    .reply(200, onMain as object)
  const own = edge()
    .get(/\/rules\/branches\/kedge(?:%2F|\/)revert(?:%2F|\/)/)
    .query(true)
  if (rules === 404) own.reply(404, { message: 'Not Found' })
  else own.reply(200, rules as object)
  const host = { apiBaseUrl: 'https://api.github.com', auth: { type: 'token', token: TOKEN } as const }
  const look = {
    subject: 's',
    repoURL: REPOSITORY,
    branch: 'main',
    deployments: false,
    commits: { ...DEFAULT_COMMITS, ...commits },
    now: () => NOW,
  }
  const { findings } = await examineRepository(host, look)
  return findings.slice(2).map(({ level, says, advice }) => `${level}: ${says}${advice === undefined ? '' : ` → ${advice}`}`)
}

const of = (type: string, parameters: unknown = null) => [{ type, parameters }]

it('says beforehand that a push is refused where signatures are wanted, and that the forge’s own commits are not', async () => {
  expect(await examine(of('required_signatures'))).toEqual([
    'warn: rules want signed commits on branches like kedge/revert/…, and Kedge’s are not signed: its push is refused ' +
      '→ Let GitHub commit, which signs: `commits: { via: api }` of this forge.',
  ])
  expect(await examine(of('required_signatures'), { via: 'api' })).toEqual([expect.stringMatching(/^ok: .*GitHub signs those/)])
  const onMain = of('required_signatures')
  expect(await examine([], {}, onMain)).toEqual([expect.stringMatching(/^warn: branch main requires signed commits.*via: api/)])
  expect(await examine([], { via: 'api' }, onMain)).toEqual([])
})

it.each([
  ['creation', /let only those who may bypass it make branches/],
  ['update', /let only those who may bypass it push/],
  ['pull_request', /want a pull request for every change of branches like/],
  ['deletion', /let no branch like .* be deleted/],
])('says what a rule keeps Kedge from: %s', async (type, says) => {
  expect(await examine(of(type))).toEqual([expect.stringMatching(says)])
})

it.each([
  ['branch_name_pattern', { operator: 'starts_with', pattern: 'kedge/' }, {}, []],
  ['branch_name_pattern', { operator: 'starts_with', pattern: 'team/' }, {}, ['rules want of names of branches: starts with "team/"']],
  ['branch_name_pattern', { operator: 'regex', pattern: '^(a+)+$' }, {}, ['rules want of names of branches: regex "^(a+)+$"']],
  [
    'branch_name_pattern',
    { operator: 'starts_with', pattern: 'kedge/', negate: true },
    {},
    ['of names of branches: not starts with "kedge/"'],
  ],
  ['commit_message_pattern', { operator: 'starts_with', pattern: 'fix: ' }, {}, ['of messages of commits: starts with "fix:"']],
  ['commit_message_pattern', { operator: 'starts_with', pattern: 'fix: ' }, { prefix: 'fix: ' }, []],
  ['commit_author_email_pattern', { operator: 'ends_with', pattern: '@acme.example' }, {}, ['of addresses of authors: ends with']],
  ['non_fast_forward', null, {}, []],
] as const)('holds no pattern of others against anything but a beginning: %s %j', async (type, parameters, commits, says) => {
  expect(await examine(of(type, parameters), commits)).toEqual(says.map((words) => expect.stringContaining(words) as string))
})

it('says nothing of rules that may not be read', async () => {
  expect(await examine(404)).toEqual([])
})

it('says that pull requests go through a merge queue', async () => {
  expect(await examine([], {}, of('merge_queue', { merge_method: 'SQUASH' }))).toEqual([
    'ok: pull requests to branch main go through a merge queue: people put Kedge’s into it as any other',
  ])
})
