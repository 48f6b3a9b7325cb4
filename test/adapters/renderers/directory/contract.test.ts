import { createDirectoryRenderer } from '../../../../src/adapters/renderers/directory/renderer.ts'
import type { Origin } from '../../../contract/git/origin.ts'
import { describeRenderedObjects } from '../../../contract/rendered-objects.ts'
import { describeRenderer, type RendererCase } from '../../../contract/renderer.ts'
import { openAt } from '../../git/open.ts'

describeRenderer('of plain folders', open)
describeRenderedObjects('of plain folders', open)

async function open(origin: Origin): Promise<RendererCase> {
  const opened = await openAt(origin.dir, { borrowsOnDisk: true })
  return {
    renderer: createDirectoryRenderer(opened.repositories),
    apply: () => undefined,
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  }
}
