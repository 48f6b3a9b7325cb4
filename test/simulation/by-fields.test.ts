import { describe, expect, it } from 'vitest'
import { REPO } from './application.ts'
import { decides, failing, file, FILE, MINUTE, refusals, restored, type Wanted } from './one-file-stage.ts'
import { createStage } from './stage.ts'

describe('a later commit has changed a restored file, too', () => {
  it('the PR takes back what the release changed, and keeps the later change', async () => {
    await using stage = await failing()
    const late = stage.commit({ [FILE]: file({ tag: 'v2', replicas: 5, level: '"2"' }) }, 'scale web')
    await decides(stage)
    expect(refusals(stage)).toEqual([])
    expect(restored(stage)).toBe(file({ replicas: 5, level: '"2"' }).trimEnd())
    const body = stage.pulls()[0]?.body ?? ''
    expect(body).toContain(
      `- In \`${FILE}\`, this field is as at \`${stage.failed()[0]?.goodRevision?.slice(0, 12)}\` again: ` +
        `\`Rollout web: spec.template.spec.containers[main].image\`. \`${late.slice(0, 12)}\` has changed it since, and that stays`,
    )
    expect(body).toContain('- `template.spec.containers[main].image`: `registry.example/web:v2` → `registry.example/web:v1`')
    expect(body).not.toContain('- `replicas`')
    expect(body).not.toContain('level: ')
  })

  it('by files alone it is left to people, in the words of any later commit', async () => {
    await using stage = await failing({ renderer: 'none' })
    const late = stage.commit({ [FILE]: file({ tag: 'v2', replicas: 5 }) }, 'scale web')
    await decides(stage)
    expect(stage.pulls()).toEqual([])
    expect(refusals(stage)).toEqual([`P5: a later commit touches the same inputs: ${late.slice(0, 12)} “scale web”.`])
  })

  it.each<[string, Wanted, RegExp]>([
    [
      'the very field that the release changed',
      { tag: 'v3', replicas: 5 },
      /^P5: .* “later”\. It cannot go back field by field: in \S+, Rollout web: \S+\.containers\[main\]\.image has been changed since/,
    ],
    ['the steps as well', { tag: 'v2', steps: '[{setWeight: 10}]' }, /^P5: .* “later”\.$/],
    ['what is no plain YAML any more', { tag: 'v2', level: '&a "2"' }, /^P5: .*: in apps\/web\/rollout\.yaml, it has anchors or tags\.$/],
  ])('%s: it is left to people', async (_, wanted, refusal) => {
    await using stage = await failing()
    stage.commit({ [FILE]: file(wanted) }, 'later')
    await decides(stage)
    expect(stage.pulls()).toEqual([])
    expect(refusals(stage)).toEqual([expect.stringMatching(refusal)])
  })

  it('a commit that changed the file and another that changed it back leave a PR of the whole file', async () => {
    await using stage = await failing()
    stage.commit({ [FILE]: file({ tag: 'v2', replicas: 5 }) }, 'scale web')
    stage.commit({ [FILE]: file({ tag: 'v2' }) }, 'scale web back')
    await decides(stage)
    expect(restored(stage)).toBe(file({}).trimEnd())
    expect(stage.pulls()[0]?.body).toContain('Restores 1 file to what it was')
  })

  it('a field that was changed since, and back, is left to people: somebody has decided on it', async () => {
    await using stage = await failing()
    stage.commit({ [FILE]: file({ tag: 'v3' }) }, 'web v3')
    stage.commit({ [FILE]: file({ tag: 'v2' }) }, 'web v2 again')
    await decides(stage)
    expect(stage.pulls()).toEqual([])
    expect(refusals(stage)).toEqual([
      expect.stringMatching(/^P5: .*containers\[main\]\.image has been changed since, or what it stands in\.$/),
    ])
  })
})

describe('a PR is open', () => {
  async function opened() {
    const stage = await failing()
    await decides(stage)
    expect(stage.pulls()).toHaveLength(1)
    return stage
  }

  it('a later commit to other fields of the file leaves it open', async () => {
    await using stage = await opened()
    stage.commit({ [FILE]: file({ tag: 'v2', replicas: 5 }) }, 'scale web')
    await stage.pushed()
    await stage.advance(5 * MINUTE)
    expect(stage.pulls()).toMatchObject([{ state: 'open' }])
    expect(stage.reverts()).toMatchObject([{ state: 'open' }])
  })

  it('a later commit to the field that goes back closes it', async () => {
    await using stage = await opened()
    stage.commit({ [FILE]: file({ tag: 'v3' }) }, 'web v3')
    await stage.pushed()
    await stage.advance(5 * MINUTE)
    expect(stage.pulls()).toMatchObject([{ state: 'closed' }])
    expect(stage.reverts()).toMatchObject([{ outcome: 'superseded' }])
  })

  it('a later commit that leaves the fields, and takes the file out of use, closes it: merging it would not bring N back', async () => {
    await using stage = await opened()
    const unread = `# +argocd:skip-file-rendering\n${file({ tag: 'v2' })}`
    stage.commit({ [FILE]: unread, 'apps/web/moved.yaml': file({ tag: 'v2' }) }, 'move web')
    await stage.pushed()
    await stage.advance(5 * MINUTE)
    expect(stage.pulls()).toMatchObject([{ state: 'closed' }])
    expect(stage.reverts()).toMatchObject([{ outcome: 'superseded' }])
  })

  it('counts as restored where a person has brought back the field beside what others changed', async () => {
    await using stage = await opened()
    stage.commit({ [FILE]: file({ tag: 'v2', replicas: 5 }) }, 'scale web')
    stage.commit({ [FILE]: file({ replicas: 5 }) }, 'back to v1')
    await stage.pushed()
    await stage.advance(MINUTE)
    expect(stage.reverts()).toMatchObject([{ outcome: 'restored' }])
  })

  it('a ledger that is lost finds it again, with the later change in it', async () => {
    await using stage = await failing()
    stage.commit({ [FILE]: file({ tag: 'v2', replicas: 5 }) }, 'scale web')
    await decides(stage)
    const { headSha } = stage.pulls()[0] ?? {}
    await stage.restart({ loseLedger: true })
    await stage.controller.adopt(stage.failed()[0]?.key ?? '', 'ada')
    await decides(stage)
    expect(stage.pulls()).toHaveLength(1)
    expect(stage.reverts()).toMatchObject([{ state: 'open', commit: headSha, touchedByOthers: false }])
  })
})

it('a person’s open PR that takes the field back, and keeps the later change, stands for ours; another does not', async () => {
  for (const [replicas, pulls] of [
    [5, [{ author: 'ada' }]],
    [2, [{ author: 'ada' }, { author: 'kedge' }]],
  ] as const) {
    await using stage = await failing()
    const late = stage.commit({ [FILE]: file({ tag: 'v2', replicas: 5 }) }, 'scale web')
    stage.commit({ [FILE]: file({ replicas }) }, 'back to v1', { branch: 'calm', parents: [late] })
    await stage.forges.openByHuman(REPO, { branch: 'calm', base: 'main', title: 'calm down', body: '', author: 'ada' })
    await decides(stage)
    expect(stage.pulls()).toMatchObject(pulls)
    expect(stage.pulls()).toHaveLength(pulls.length)
  }
})

it('N that somebody brought back by hand is not restored because a later commit changed other fields of the file', async () => {
  await using stage = await failing({ policy: { mode: 'notify' } })
  await decides(stage)
  stage.web.healthy('v1')
  stage.app.sync(stage.commit({ [FILE]: file({ tag: 'v2', replicas: 5 }) }, 'scale web'))
  await decides(stage)
  await stage.advance(5 * MINUTE)
  expect(stage.failed().map(({ outcome }) => outcome)).not.toContain('restored')
})

it('N that Git asks for again is restored, though the fields that the release changed are as it left them', async () => {
  await using stage = await failing({ policy: { mode: 'notify' } })
  await decides(stage)
  // The old file, with v2 in it, is read no more.
  const unread = `# +argocd:skip-file-rendering\n${file({ tag: 'v2' })}`
  stage.app.sync(stage.commit({ [FILE]: unread, 'apps/web/moved.yaml': file({}) }, 'back to v1'))
  stage.web.healthy('v1')
  await decides(stage)
  await stage.advance(5 * MINUTE)
  expect(stage.failed().map(({ outcome }) => outcome)).toEqual(['restored'])
})

const CLAIM = (size: string): string => `---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\nspec: {size: ${size}}\n`

describe('what no revert takes back', () => {
  /** The release and a later commit each leave a volume of this size in the file. */
  async function withClaim(byRelease: string, later: string) {
    const stage = await createStage()
    const web = stage.addRollout()
    const app = stage.addApplication()
    app.sync(stage.commit({ [FILE]: file({}) + CLAIM('1') }, 'web v1'))
    web.healthy('v1')
    await stage.start()
    await stage.advance(MINUTE)
    app.sync(stage.commit({ [FILE]: file({ tag: 'v2' }) + CLAIM(byRelease) }, 'web v2'))
    web.canary('v2')
    await stage.show()
    await stage.advance(10_000)
    web.abort()
    stage.commit({ [FILE]: file({ tag: 'v2', replicas: 5 }) + CLAIM(later) }, 'later')
    await decides(stage)
    return stage
  }

  it('is left as a later commit has made it', async () => {
    await using stage = await withClaim('1', '2')
    expect(restored(stage)).toBe((file({ replicas: 5 }) + CLAIM('2')).trimEnd())
  })

  it('keeps a PR away where the release has changed it', async () => {
    await using stage = await withClaim('2', '2')
    expect(refusals(stage)).toEqual([expect.stringContaining('PersistentVolumeClaim data')])
    expect(stage.pulls()).toEqual([])
  })
})
