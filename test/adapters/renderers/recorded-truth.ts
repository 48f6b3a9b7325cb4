import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readApplication } from '../../../src/adapters/kubernetes/snapshots/application.ts'
import { createRecordedRepository } from '../../../src/adapters/replay/recorded-repository.ts'
import type { ApplicationSnapshot } from '../../../src/domain/application/snapshots.ts'
import type { LiveTemplate } from '../../../src/domain/rollout/template.ts'
import { Sealed } from '../../../src/domain/sealed.ts'
import { openAt, type Opened } from '../git/open.ts'

/** A pod template that ran in a recording, as one event showed it. */
export interface RecordedTemplate {
  replicaSet: string
  rollout: { namespace: string; name: string }
  live: LiveTemplate
  image: string
  annotations: Record<string, string>
}

export interface RecordedScenario {
  name: string
  application: ApplicationSnapshot
  templates: readonly RecordedTemplate[]
}

interface Kube {
  kind: string
  metadata: {
    name: string
    namespace: string
    uid: string
    annotations?: Record<string, string>
    ownerReferences?: { kind: string; name: string }[]
  }
  spec: { template: { metadata: { annotations?: Record<string, string> }; spec: { containers: { image: string }[] } } }
}

/** Every template that ran in a folder of recordings, by scenario. */
export function readScenarios(folder: string): readonly RecordedScenario[] {
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  return names.map(({ name }) => {
    const objects = readFileSync(join(folder, name, 'events.jsonl'), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => (JSON.parse(line) as { object: Kube }).object)
    const applications = objects.filter(({ kind, metadata }) => kind === 'Application' && metadata.name === name)
    const application = readApplication('hub', applications.at(-1))
    if (!application) throw new Error(`${name} has no Application`)
    const templates = new Map<string, RecordedTemplate>()
    for (const object of objects) {
      const owner = object.metadata.ownerReferences?.[0]
      if (object.kind !== 'ReplicaSet' || owner?.kind !== 'Rollout') continue
      const { metadata, spec } = object
      templates.set(JSON.stringify([metadata.uid, spec.template]), {
        replicaSet: metadata.name,
        rollout: { namespace: metadata.namespace, name: owner.name },
        live: {
          template: new Sealed(spec.template),
          ephemeralMetadata: metadata.annotations?.['rollout.argoproj.io/ephemeral-metadata'],
        },
        image: spec.template.spec.containers[0]!.image,
        annotations: spec.template.metadata.annotations ?? {},
      })
    }
    return { name, application, templates: [...templates.values()] }
  })
}

export interface RecordedGit extends Opened {
  commits(): readonly string[]
  /** A file as Git itself shows it. */
  show(commit: string, path: string): string | undefined
}

/** The repository that was recorded, opened as the service opens one. */
export async function openRecordedGit(folder: string): Promise<RecordedGit> {
  const dir = await mkdtemp(join(tmpdir(), 'kedge-recorded-'))
  const recorded = await createRecordedRepository(join(folder, 'gitops.bundle'), dir, new Map())
  await recorded.moveTo(Number.MAX_SAFE_INTEGER)
  const { path } = recorded
  const opened = await openAt(path, { borrowsOnDisk: true })
  const git = (args: readonly string[], input = ''): Buffer =>
    execFileSync('git', ['-C', path, ...args], { input, stdio: ['pipe', 'pipe', 'ignore'], maxBuffer: 1 << 28 })
  const commits = git(['rev-list', '--first-parent', 'main']).toString().trim().split('\n')
  const shown = new Map<string, ReadonlyMap<string, string>>()
  return {
    ...opened,
    commits: () => commits,
    show(commit, file) {
      // One process for a file at all commits: one for each was forked from a worker that had grown, a thousand times.
      const texts = shown.get(file) ?? textsOf(git(['cat-file', '--batch'], commits.map((one) => `${one}:${file}\n`).join('')), commits)
      shown.set(file, texts)
      return texts.get(commit)
    },
    async [Symbol.asyncDispose]() {
      await opened[Symbol.asyncDispose]()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

/** What `git cat-file --batch` says of one file, by the commits that it was asked of. */
function textsOf(said: Buffer, commits: readonly string[]): ReadonlyMap<string, string> {
  const texts = new Map<string, string>()
  let at = 0
  for (const commit of commits) {
    const end = said.indexOf(0x0a, at)
    const size = / blob (\d+)$/.exec(said.toString('utf8', at, end))?.[1]
    if (size !== undefined) texts.set(commit, said.toString('utf8', end + 1, end + 1 + Number(size)))
    at = end + 1 + (size === undefined ? 0 : Number(size) + 1)
  }
  return texts
}
