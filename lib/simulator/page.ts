/** The page of the control: the home as a live table with a few things to press. Self-contained; values are only ever text. */

const style = `
  :root { color-scheme: light dark; font: 15px/1.4 system-ui, sans-serif; }
  body { margin: 1.5rem auto; max-width: 70rem; padding: 0 1rem; }
  h1 { font-size: 1.3rem; } h2 { font-size: 1.05rem; margin: 1.5rem 0 .4rem; }
  table { border-collapse: collapse; width: 100%; }
  th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #8884; vertical-align: top; }
  code { font: 13px ui-monospace, monospace; }
  .field { display: inline-block; margin-right: .8rem; padding: 0 .2rem; border-radius: 3px; transition: background 1.5s; }
  .field.changed { background: #f90; transition: none; }
  button { font: inherit; margin: 0 .3rem .2rem 0; }
  .off { color: #c00; }
`;

/** Plain browser code; kept without template literals so that it can stand in one. */
const script = `
  'use strict';
  // What a person in the home could do, by model; [label, fields of protocol 1, fields of protocol 2].
  var actions = [
    [/^(sensor_)?motion/, [['someone moves', {status: 'motion'}, {motion_status: 'motion'}], ['nobody for 120 s', {no_motion: '120'}, null]]],
    [/^(sensor_)?magnet/, [['open', {status: 'open'}, {window_status: 'open'}], ['close', {status: 'close'}, {window_status: 'close'}]]],
    [/^(switch|sensor_switch.*|remote\\.b1acn01)$/, [['click', {status: 'click'}, {button_0: 'click'}], ['double', {status: 'double_click'}, {button_0: 'double_click'}], ['hold', {status: 'long_click_press'}, {button_0: 'long_click_press'}]]],
    [/^((sensor_)?86sw|remote\\.b[12]86)/, [['click', {channel_0: 'click'}, {button_0: 'click'}]]],
    [/^(sensor_)?cube/, [['flip', {status: 'flip90'}, {cube_status: 'flip90'}], ['turn', {rotate: '25,500'}, {cube_status: 'rotate', rotate_degree: 90, detect_time: 500}]]],
    [/^sensor_wleak/, [['water', {status: 'leak'}, {wleak_status: 'leak'}], ['dry', {status: 'no_leak'}, {wleak_status: 'normal'}]]],
    [/^(sensor_)?smoke/, [['alarm', {alarm: '1'}, {smoke_status: 'alarm'}], ['clear', {alarm: '0'}, {smoke_status: 'normal'}]]],
    [/^(sensor_)?natgas/, [['alarm', {alarm: '1'}, {natgas_status: 'alarm'}], ['clear', {alarm: '0'}, {natgas_status: 'normal'}]]],
    [/^plug/, [['on', {status: 'on'}, {channel_0: 'on'}], ['off', {status: 'off'}, {channel_0: 'off'}]]],
    [/^(ctrl_|switch[_.])/, [['on', {channel_0: 'on'}, {channel_0: 'on'}], ['off', {channel_0: 'off'}, {channel_0: 'off'}]]],
    [/^vibration/, [['knock', {status: 'vibrate'}, {motion_status: 'vibrate'}]]]
  ];
  var last = {};
  var cells = {};
  var shape = '';
  function element(name, text, className) {
    var node = document.createElement(name);
    if (text !== undefined) node.textContent = text;
    if (className) node.className = className;
    return node;
  }
  function replace(id, nodes) {
    var node = document.getElementById(id);
    node.replaceChildren.apply(node, nodes);
  }
  function post(path, body) {
    return fetch(path, {method: 'POST', headers: {'content-type': 'application/json'}, body: JSON.stringify(body)}).then(refresh);
  }
  function path(gateway, device) {
    return '/gateways/' + encodeURIComponent(gateway.sid) + '/devices/' + encodeURIComponent(device.sid) + '/report';
  }
  function row(gateway, device) {
    var line = element('tr');
    var name = line.appendChild(element('td'));
    name.append(device.name ? device.name + ' ' : '', element('code', (device.model || '(unknown model)') + ' ' + device.sid));
    cells[gateway.sid + '/' + device.sid] = line.appendChild(element('td'));
    var keys = line.appendChild(element('td'));
    actions.forEach(function (entry) {
      if (!entry[0].test(device.model)) return;
      entry[1].forEach(function (action) {
        var fields = action[gateway.protocol];
        if (!fields) return;
        var button = keys.appendChild(element('button', action[0]));
        button.setAttribute('aria-label', action[0] + ', ' + (device.name || device.model + ' ' + device.sid));
        button.onclick = function () { post(path(gateway, device), fields); };
      });
    });
    return line;
  }
  function show(id, device) {
    cells[id].replaceChildren.apply(cells[id], Object.keys(device.state).map(function (field) {
      var text = field + ' ' + JSON.stringify(device.state[field]);
      var key = id + '/' + field;
      var isChanged = key in last && last[key] !== text;
      last[key] = text;
      return element('span', text, isChanged ? 'field changed' : 'field');
    }));
  }
  function table(gateway) {
    var part = element('section');
    var title = (gateway.name ? gateway.name + ' · ' : '') + gateway.model + ' ' + gateway.sid;
    part.append(element('h2', title + ' · ' + gateway.address + ':' + gateway.port + ' · protocol ' + gateway.protocol));
    if (gateway.faults.length) part.append(element('p', 'Faults: ' + gateway.faults.join(', '), 'off'));
    var rows = part.appendChild(element('table')).appendChild(element('tbody'));
    [gateway].concat(gateway.devices).forEach(function (device) { rows.append(row(gateway, device)); });
    return part;
  }
  function cloudRow(device) {
    var line = element('tr');
    var name = line.appendChild(element('td'));
    name.append(device.name + ' ', element('code', device.model + ' ' + device.did));
    cells['cloud/' + device.did] = line.appendChild(element('td'));
    var keys = line.appendChild(element('td'));
    var at = '/cloud/devices/' + encodeURIComponent(device.did);
    device.presses.concat([{label: 'goes offline', online: {online: false}}, {label: 'comes back', online: {online: true}}]).forEach(function (press) {
      var button = keys.appendChild(element('button', press.label));
      button.setAttribute('aria-label', press.label + ', ' + device.name);
      button.onclick = function () {
        if (press.change) post(at + '/change', press.change);
        else if (press.event) post(at + '/event', press.event);
        else post(at + '/online', press.online);
      };
    });
    return line;
  }
  function cloudTable(cloud, addresses) {
    var part = element('section');
    part.append(element('h2', 'Cloud account · ' + addresses.http + ' · ' + addresses.mqtt));
    if (cloud.faults.length) part.append(element('p', 'Faults: ' + cloud.faults.join(', '), 'off'));
    var rows = part.appendChild(element('table')).appendChild(element('tbody'));
    cloud.devices.forEach(function (device) { rows.append(cloudRow(device)); });
    return part;
  }
  function wifiRow(device) {
    var line = element('tr');
    var name = line.appendChild(element('td'));
    name.append(device.name + ' ', element('code', device.model + ' ' + device.did + ' · ' + device.host));
    if (device.faults.length) name.append(element('div', 'Faults: ' + device.faults.join(', '), 'off'));
    cells['wifi/' + device.did] = line.appendChild(element('td'));
    var keys = line.appendChild(element('td'));
    [['goes offline', {fault: 'offline'}], ['restarts', {fault: 'reboot'}], ['is well again', {fault: 'clear'}]].forEach(function (entry) {
      var button = keys.appendChild(element('button', entry[0]));
      button.setAttribute('aria-label', entry[0] + ', ' + device.name + ' in the Wi-Fi');
      button.onclick = function () { post('/wifi/' + device.did + '/faults', entry[1]); };
    });
    return line;
  }
  function wifiTable(wifi) {
    var part = element('section');
    part.append(element('h2', 'Wi-Fi devices'));
    var rows = part.appendChild(element('table')).appendChild(element('tbody'));
    wifi.devices.forEach(function (device) { rows.append(wifiRow(device)); });
    return part;
  }
  function wifiCommands(list) {
    return list.filter(function (command) { return !/^(get|miIO)/.test(command.method); }).map(function (command) {
      return [command.at, command.did, command.method + ' ' + JSON.stringify(command.params), 'received'];
    });
  }
  function commands(list, wifi) {
    var part = element('section');
    part.append(element('h2', 'Last commands'));
    var rows = part.appendChild(element('table')).appendChild(element('tbody'));
    var lines = list.filter(function (command) { return command.cmd === 'write'; }).map(function (command) {
      return [command.at, command.sid, JSON.stringify(command.fields), command.error || (command.applied ? 'applied' : 'ignored')];
    }).concat(wifi ? wifiCommands(wifi.commands) : []);
    lines.sort(function (a, b) { return a[0] < b[0] ? 1 : -1; }).slice(0, 8).forEach(function (entry) {
      var line = rows.appendChild(element('tr'));
      [entry[0].slice(11, 19)].concat(entry.slice(1)).forEach(function (text) { line.append(element('td', text)); });
    });
    return part;
  }
  function refresh() {
    return fetch('/home').then(function (answer) { return answer.json(); }).then(function (home) {
      // Rows stay what they are while the home has the same devices, so that a button can be pressed while values change.
      var cloud = home.cloud;
      var wifi = home.wifi;
      var next = JSON.stringify([home.gateways.map(function (gateway) {
        return [gateway.sid, gateway.address, gateway.faults, gateway.devices.map(function (device) { return device.sid; })];
      }), cloud && cloud.faults, cloud && cloud.devices.map(function (device) { return device.did; }),
        wifi && wifi.devices.map(function (device) { return [device.host, device.faults]; })]);
      if (next !== shape)
        replace('home', home.gateways.map(table).concat(cloud ? [cloudTable(cloud, home.addresses.cloud)] : [], wifi ? [wifiTable(wifi)] : []));
      shape = next;
      home.gateways.forEach(function (gateway) {
        [gateway].concat(gateway.devices).forEach(function (device) { show(gateway.sid + '/' + device.sid, device); });
      });
      if (cloud) cloud.devices.forEach(function (device) {
        show('cloud/' + device.did, {state: Object.assign({online: device.isOnline}, device.state)});
      });
      if (wifi) wifi.devices.forEach(function (device) { show('wifi/' + device.did, device); });
      replace('commands', [commands(home.commands, wifi)]);
      document.getElementById('note').textContent = '';
    }).catch(function () { document.getElementById('note').textContent = 'The simulator does not answer; is it still running?'; });
  }
  refresh();
  setInterval(refresh, 1000);
`;

export const page = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Simulated home</title><style>${style}</style></head>
<body><h1>Simulated home</h1><p id="note" role="status"></p><main><div id="home"></div><div id="commands"></div></main><script>${script}</script></body>
</html>
`;
