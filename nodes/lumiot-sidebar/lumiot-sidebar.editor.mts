/** The sidebar tab "Lumiot": what is at home, live. */

import { addStyles } from '../shared/editor/styles.mts';
import { Sidebar } from './sidebar.mts';
import { addSidebarStyles } from './styles.mts';

const action = 'lumiot:show-devices';

RED.plugins.registerPlugin('lumiot-sidebar', {
  onadd() {
    // Node-RED gives the plugin its words when it registers; they are asked for by the name it has then.
    const words: Words = (key, values) => this._(key, values);
    addStyles();
    addSidebarStyles();
    const { content } = new Sidebar(words);
    RED.actions.add(action, () => RED.sidebar.show('lumiot-sidebar'));
    RED.sidebar.addTab({
      id: 'lumiot-sidebar',
      name: words('sidebar.name'),
      label: words('sidebar.name'),
      content,
      iconClass: 'fa fa-home',
      enableOnEdit: true,
      action,
    });
  },
});
