import { appendFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { recordRenderings, type RenderedLine } from '../../../../src/adapters/kubernetes/record/record-renderings.ts'
import { createDirectoryRenderer } from '../../../../src/adapters/renderers/directory/renderer.ts'
import { createRecordedRenderer } from '../../../../src/adapters/renderers/recorded/renderer.ts'
import { readRenderings } from '../../../../src/adapters/renderers/recorded/renderings.ts'
import { inputsAt } from '../../../../src/reconcile/git-facts/commit/app-commit.ts'
import type { Origin } from '../../../contract/git/origin.ts'
import { describeOneDigest } from '../../../contract/rendered-objects.ts'
import { describeRenderer, type RendererCase } from '../../../contract/renderer.ts'
import { openAt } from '../../git/open.ts'

describeRenderer('of what was recorded', open)
describeOneDigest('of what was recorded', open)

// Each question is recorded first, as an Application's status would have it, and then answered from the file.
async function open(origin: Origin): Promise<RendererCase> {
  const opened = await openAt(origin.dir, { borrowsOnDisk: true })
  const folder = await mkdtemp(join(tmpdir(), 'kedge-renderings-'))
  const live = createDirectoryRenderer(opened.repositories)
  let applied: Record<string, unknown> = {}
  const lines: RenderedLine[] = []
  const recorder = recordRenderings({ renderer: live, write: (line) => lines.push(line) })
  return {
    renderer: {
      digest: (question) => createRecordedRenderer({ renderings: [], repositories: opened.repositories, inputsAt }).digest(question),
      async render(question) {
        const { revisions, rollout, application } = question
        const name = { group: 'argoproj.io', kind: 'Rollout', ...rollout }
        const synced = application.multiSource ? { revisions } : application.hydrator ? {} : { revision: revisions[0] }
        const sourceHydrator = { currentOperation: { drySHA: revisions[0] } }
        recorder.take({ t: 0, type: 'MODIFIED', object: { ...applied, status: { resources: [name], sync: synced, sourceHydrator } } })
        await recorder.finish()
        const text = lines.splice(0).map((line) => `${JSON.stringify(line)}\n`)
        await appendFile(join(folder, 'renderings.jsonl'), text.join(''))
        const renderings = (await readRenderings(folder)) ?? []
        return createRecordedRenderer({ renderings, repositories: opened.repositories, inputsAt }).render(question)
      },
    },
    apply: (application) => void (applied = application as Record<string, unknown>),
    async [Symbol.asyncDispose]() {
      await opened[Symbol.asyncDispose]()
      await rm(folder, { recursive: true })
    },
  }
}
