import { describeRenderedObjects } from '../../../contract/rendered-objects.ts'
import { describeRenderer } from '../../../contract/renderer.ts'
import { openApiWorld } from './api-world.ts'

describeRenderer("of Argo CD's API", (origin) => openApiWorld(origin))
describeRenderedObjects("of Argo CD's API", (origin) => openApiWorld(origin))
