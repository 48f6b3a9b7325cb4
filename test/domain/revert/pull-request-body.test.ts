import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { CommitSha } from '../../../src/domain/application/commit.ts'
import type { SourceFacts } from '../../../src/domain/decision/facts.ts'
import { body, commandsIn, commit, facts, inputs, release, sha } from './a-body.ts'

describe('the body of the revert PR', () => {
  it('begins with which version failed, where, and what merging does', () => {
    expect(body().split('\n')[0]).toBe(
      '**`web:v2` failed in `shop/web` (cluster `east`). The cluster went back to the version before, Git did not; ' +
        'merging this takes Git back, too.** Cause: the analysis failed.',
    )
  })

  it('names each cluster that it stands for', () => {
    expect(body({ releases: [release, { ...release, cluster: 'west' }] })).toContain(
      'failed in `shop/web` (cluster `east`), `shop/web` (cluster `west`).',
    )
  })

  it('names a Rollout that goes back with it, though one of another cluster is called the same and has failed', () => {
    const others = [{ name: 'shop/worker', isKnown: true, isBack: false, runs: [], images: [] }]
    const there = { ...release, cluster: 'west', rollout: 'worker' }
    expect(body({ releases: [release, there], source: facts({ otherRollouts: others }) })).toContain('**Takes `shop/worker` back, too**')
    const here = { ...release, rollout: 'worker' }
    expect(body({ releases: [release, here], source: facts({ otherRollouts: others }) })).not.toContain('**Takes')
  })

  it('writes text from outside as the forge of the PR has to have it', () => {
    const revision = commit(sha('b'), 'A feature for @acme/all')
    const links = [{ text: 'feature', url: 'https://x.example' }]
    const text = body({ source: facts({ revision }), links })
    expect(text).toContain('A (f) for @&#8203;acme/all')
    expect(text).toContain('[(f)](https://x.example/)')
  })

  it('names each version once', () => {
    expect(
      body({ releases: [release, { ...release, cluster: 'west' }, { ...release, rollout: 'worker', images: ['r/worker:v2'] }] }),
    ).toContain('**`web:v2`, `worker:v2` failed in')
  })

  describe('of a file that was changed since', () => {
    const later = commit(sha('e'), 'Scale web')
    const inFields = (fields: readonly string[]): SourceFacts['byFields'] => [{ path: 'apps/web/rollout.yaml', fields, since: [later] }]

    it('names the fields that go back, and what stays', () => {
      const text = body({ source: facts({ staying: [later], byFields: inFields(['spec.a', 'b|`@all`']) }) })
      expect(text).toContain(`- In \`apps/web/rollout.yaml\`, these fields are as at \`${'a'.repeat(12)}\` again: \`spec.a\`, `)
      expect(text).toContain(`\`${'e'.repeat(12)}\` has changed it since, and that stays, comments and all.`)
      expect(text).toContain('- Nothing else in the repository changes.')
      expect(text).not.toContain('Restores 0 files')
      expect(text).not.toMatch(/(?<!`)@all/)
      expect(text).toContain('only the fields above are the same at this revert')
      expect(commandsIn(text)).toBe(
        `git fetch origin kedge/revert/bbbbbbbbbbbb-01234567\n# shows the files below and the fields above, and no others\n` +
          `git diff ${sha('c')}^ ${sha('c')}\n`,
      )
    })

    it('tells it from those that are restored as a whole', () => {
      const paths = ['apps/web/rollout.yaml', 'apps/web/other.yaml']
      const text = body({ source: facts({ paths, staying: [later], byFields: inFields(['spec.a']) }) })
      expect(text).toContain(`- Restores 1 file to what it was at \`${'a'.repeat(12)}\`.\n- In `)
      expect(text).toContain('What is restored as a whole is the same at this revert')
      expect(commandsIn(text)).toContain(`git diff --stat ${sha('a')} ${sha('c')} -- apps/web/other.yaml\n`)
    })

    it('names each later commit once, with what it has touched', () => {
      const other = commit(sha('f'), 'Other')
      const of = (staying: SourceFacts['staying']) => body({ source: facts({ staying, byFields: inFields(['spec.a']) }) })
      expect(of([later]).split('e'.repeat(12))).toHaveLength(2)
      expect(of([later])).toContain("\n- With all that came later, this Rollout's spec, but for how many pods it has, and the")
      expect(of([later, other])).toContain(
        `- 1 later commit(s) that touch no field that is restored stay as they are: \`${'f'.repeat(12)}\`. With all that came later, this`,
      )
      expect(of([later, other]).split('e'.repeat(12))).toHaveLength(2)
      expect(of([later, other])).not.toContain('touch nothing that is restored')
    })

    it('of which the release changed comments alone, says that it is left', () => {
      expect(body({ source: facts({ staying: [later], byFields: inFields([]) }) })).toContain('Leaves `apps/web/rollout.yaml` as it is')
    })
  })

  it('says what closing it means', () => {
    expect(body()).toContain('Kedge does not open this revert again')
  })

  it('counts files as people do', () => {
    expect(body()).toContain('- Restores 1 file to what it was at')
    expect(body({ source: facts({ paths: ['a', 'b'] }) })).toContain('- Restores 2 files to what they were at')
  })

  it('says that a Rollout which is gone may come back, where nothing was rendered that would name it', () => {
    const applied = { application: 'argocd/shop', revisions: [], sources: [] }
    const ofShop = { releases: [{ ...release, applied }] }
    const line =
      /What `argocd\/shop` made of these files and does not by now comes back with them, a Rollout that was removed since among it/
    expect(body({ ...ofShop, source: facts({ provenBy: 'files' }) })).toMatch(line)
    expect(body({ ...ofShop, source: facts({ provenBy: 'rendering' }) })).not.toMatch(line)
  })

  it('speaks of no N', () => {
    expect(body()).not.toMatch(/\bN\b/)
  })

  it('has no commands for names that a shell or a reader could take for something else', () => {
    expect(commandsIn(body({ source: facts({ inputs: [{ path: 'apps/\u202egpj', glob: false }] }) }))).toBe('')
    expect(commandsIn(body({ source: facts({ inputs: [{ path: "apps/'; rm -rf ~ #`", glob: false }] }) }))).toBe('')
  })
})

describe('the commands of the proof', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kedge-proof-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const [origin, clone] = [join(folder, 'origin'), join(folder, 'clone')]
  const git = (...argv: string[]): string =>
    execFileSync('git', ['-c', 'user.name=Ana', '-c', 'user.email=ana@example', '-c', 'commit.gpgsign=false', ...argv], {
      cwd: origin,
      encoding: 'utf8',
    }).trim()
  const save = (files: Record<string, string>): CommitSha => {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(join(origin, dirname(file)), { recursive: true })
      writeFileSync(join(origin, file), text)
    }
    git('add', '-A')
    git('commit', '-qm', 'x')
    return git('rev-parse', 'HEAD') as CommitSha
  }
  mkdirSync(origin)
  git('init', '-q', '-b', 'main')
  const good = save({ 'apps/web/rollout.yaml': 'v1', 'base/[x] y/k.yaml': 'k', 'other.yaml': '1' })
  execFileSync('git', ['clone', '-q', origin, clone])
  const bad = save({ 'apps/web/rollout.yaml': 'v2', 'other.yaml': '2' })

  function run(restored: string): string {
    git('checkout', '-qB', 'kedge/revert/bbbbbbbbbbbb-01234567', bad)
    const restore = save({ 'apps/web/rollout.yaml': restored })
    const source = facts({
      inputs: [...inputs, { path: 'base/[x] y', glob: false }, { path: 'base/**/*.yaml', glob: true }],
      good: commit(good, 'v1'),
      revision: commit(bad, 'v2'),
      proof: { commit: restore, tree: '', atGood: '', atRevert: '', files: [] },
    })
    return execFileSync('sh', ['-e'], { cwd: clone, input: commandsIn(body({ source })), encoding: 'utf8' })
  }

  it('print nothing of the inputs, and only the restored file of the rest', () => {
    expect(
      run('v1')
        .trim()
        .split('\n')
        .map((line) => line.trim()),
    ).toEqual(['apps/web/rollout.yaml | 2 +-', '1 file changed, 1 insertion(+), 1 deletion(-)'])
  })

  it('print the inputs that are not as they were', () => {
    expect(run('v3').match(/apps\/web\/rollout\.yaml/g)).toHaveLength(2)
  })
})
