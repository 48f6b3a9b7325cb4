import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createDirectoryRenderer } from '../../../../src/adapters/renderers/directory/renderer.ts'
import { matchTemplate } from '../../../../src/domain/rollout/template.ts'
import { openRecordedGit, readScenarios, type RecordedGit, type RecordedTemplate } from '../recorded-truth.ts'

const FOLDERS = ['recordings', 'e2e/recordings'].map((folder) => join(import.meta.dirname, '../../..', folder))

/**
 * Where the pod template of a Rollout stands in the recorded repositories. All files there are JSON, so Git and a JSON parser tell the
 * truth.
 */
const FILES: Record<string, (rollout: string) => string> = {
  'multi-source': () => 'multi-source/app/rollout.yaml',
  'two-rollouts-one-commit': (rollout) => `two-rollouts-one-commit/${rollout}.yaml`,
  'workload-ref': () => 'workload-ref/deployment.yaml',
}

/** These render with Helm or Kustomize. */
const TOOLS: Record<string, string> = { 'helm-multi-source': 'Helm', hydrated: 'Kustomize', 'kustomize-image-bump': 'Kustomize' }

interface Manifest {
  spec: { template: { metadata: { annotations?: Record<string, string> }; spec: { containers: { image: string }[] } } }
}

/** The recorded versions differ by image and annotations alone. */
function isWritten(git: RecordedGit, commit: string, scenario: string, template: RecordedTemplate): boolean {
  const file = FILES[scenario]?.(template.rollout.name) ?? `${scenario}/rollout.yaml`
  const text = git.show(commit, file)
  if (text === undefined) return false
  const { template: written } = (JSON.parse(text) as Manifest).spec
  return (
    written.spec.containers[0]!.image === template.image &&
    JSON.stringify(written.metadata.annotations ?? {}) === JSON.stringify(template.annotations)
  )
}

describe.each(FOLDERS)('the repository of %s', (folder) => {
  test('renders every ReplicaSet that ran at exactly the commits that hold its template', async () => {
    await using git = await openRecordedGit(folder)
    const renderer = createDirectoryRenderer(git.repositories)
    const commits = git.commits()
    const wrong: string[] = []
    let equal = 0
    for (const { name, application, templates } of readScenarios(folder)) {
      if (TOOLS[name] !== undefined) continue
      for (const commit of commits) {
        for (const template of templates) {
          const revisions = application.sources.map(() => commit)
          const rendering = await renderer.render({ application, revisions, rollout: template.rollout })
          const match = rendering.result === 'rendered' ? matchTemplate(rendering.rollout.template, template.live).result : rendering.why
          const truth = isWritten(git, commit, name, template)
          equal += Number(match === 'equal')
          if ((match === 'equal') !== truth) wrong.push(`${template.replicaSet} of ${name} at ${commit}: ${match}, written there: ${truth}`)
        }
      }
      for (const template of templates) {
        const isSomewhere = commits.some((commit) => isWritten(git, commit, name, template))
        if (!isSomewhere) wrong.push(`${template.replicaSet} of ${name} is written in no commit`)
      }
    }
    expect(wrong).toEqual([])
    expect(equal).toBeGreaterThan(100)
  })

  test('is not rendered where it takes a tool, which is named', async () => {
    await using git = await openRecordedGit(folder)
    const renderer = createDirectoryRenderer(git.repositories)
    for (const { name, application, templates } of readScenarios(folder)) {
      const tool = TOOLS[name]
      if (tool === undefined) continue
      const revisions = application.sources.map(() => git.commits()[0]!)
      const rendering = await renderer.render({ application, revisions, rollout: templates[0]!.rollout })
      expect({ name, rendering }).toMatchObject({
        name,
        rendering: { result: 'unknown', why: 'unsupported', detail: expect.stringContaining(tool) },
      })
    }
  })
})
