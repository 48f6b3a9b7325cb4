import { createComponents } from './components.ts'
import type { Host } from './host.ts'

// What Argo CD's page loads: it registers Kedge's tab and panel, and asks nobody before somebody looks at one.

const host = globalThis as unknown as Host
const { rolloutTab, statusPanel, flyout } = createComponents(host)
host.extensionsAPI.registerResourceExtension(rolloutTab, 'argoproj.io', 'Rollout', 'Kedge', { icon: 'fa-anchor' })
host.extensionsAPI.registerStatusPanelExtension(statusPanel, 'Kedge', 'kedge', flyout)
