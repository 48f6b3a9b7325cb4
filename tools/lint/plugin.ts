import { layers } from './layers.ts'
import { maxWidth } from './max-width.ts'
import { noModuleMock } from './no-module-mock.ts'
import { noSleep } from './no-sleep.ts'

/** The project's own lint rules (.oxlintrc.json, jsPlugins). */
const plugin = {
  meta: { name: 'kedge' },
  rules: { layers, 'max-width': maxWidth, 'no-module-mock': noModuleMock, 'no-sleep': noSleep },
}

// The linter takes the default export.
export default plugin
