import { layers } from './layers.ts'
import { maxFunctionLines } from './max-function-lines.ts'
import { maxWidth } from './max-width.ts'
import { noModuleMock } from './no-module-mock.ts'
import { noSleep } from './no-sleep.ts'

/** The project's own lint rules (.oxlintrc.json, jsPlugins). */
const plugin = {
  meta: { name: 'kedge' },
  rules: { layers, 'max-function-lines': maxFunctionLines, 'max-width': maxWidth, 'no-module-mock': noModuleMock, 'no-sleep': noSleep },
}

// The linter takes the default export.
export default plugin
