import { createDirectoryRenderer } from '../../../../src/adapters/renderers/directory/renderer.ts'
import { describeRenderer } from '../../../contract/renderer.ts'
import { openAt } from '../../git/open.ts'

describeRenderer('of plain folders', async (origin) => {
  const opened = await openAt(origin.dir, { borrowsOnDisk: true })
  return {
    renderer: createDirectoryRenderer(opened.repositories),
    apply: () => undefined,
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  }
})
