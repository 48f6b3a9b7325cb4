import { describe, expect, it } from 'vitest'
import { REPO } from './application.ts'
import { byFiles, manifest } from './manifest.ts'
import { createRunningStage } from './stage.ts'

const MINUTE = 60_000

describe.each([
  ['by rendering', {}],
  ['by files', { wrap: byFiles }],
])('a PR that would change nothing any more is closed (%s)', (_, options) => {
  it('as the branch was pushed by force with the failed commit amended, and one that works is opened', async () => {
    await using stage = await createRunningStage(options)
    await stage.release('v2')
    await stage.abort()
    const amended = stage.commit({ 'apps/web/rollout.yaml': manifest('v2'), 'docs/x': '1\n' }, 'web v2, amended', { parents: [stage.good] })
    stage.app.sync(amended)
    await stage.pushed()
    await stage.show()
    await stage.advance(2 * MINUTE)
    const [first, second] = stage.pulls()
    expect(first).toMatchObject({ state: 'closed', closedBy: 'kedge', comments: [{ text: expect.stringContaining('pushed by force') }] })
    expect(second).toMatchObject({ state: 'open', title: 'Revert "web v2, amended"' })
    const merged = stage.origin.git(['merge-tree', '--write-tree', 'main', second?.headSha ?? ''])
    expect(stage.origin.git(['diff', '--name-only', 'main', merged])).toBe('apps/web/rollout.yaml')
  })

  it('as it was pushed by force without the failed commit, and nothing is opened', async () => {
    await using stage = await createRunningStage(options)
    await stage.release('v2')
    await stage.abort()
    stage.commit({ 'docs/x': '1\n' }, 'docs', { parents: [stage.good] })
    await stage.pushed()
    await stage.advance(2 * MINUTE)
    expect(stage.pulls()).toMatchObject([{ state: 'closed', comments: [{ text: expect.stringContaining('pushed by force') }] }])
    expect(stage.cards()[0]?.card.outcome).not.toContain('newer commit')
  })

  it('as the Application reads another branch, and one is opened there', async () => {
    await using stage = await createRunningStage(options)
    const failed = await stage.release('v2')
    await stage.abort()
    const sources = [{ repoURL: REPO, targetRevision: 'release', path: 'apps/web' }]
    stage.app.change({ sources })
    stage.app.sync(stage.commit({ 'docs/x': '1\n' }, 'branched', { branch: 'release', parents: [failed] }))
    await stage.show()
    await stage.advance(2 * MINUTE)
    const [first, second] = stage.pulls()
    expect(first).toMatchObject({ state: 'closed', comments: [{ text: expect.stringContaining('reads another branch now') }] })
    expect(second).toMatchObject({ state: 'open', base: 'release' })
  })
})
