// SPDX-License-Identifier: Apache-2.0
'use strict';

// Messages are lines whose fields are divided by tabs.
//   to the server:    join ROOM NAME | say TEXT
//   from the server:  room ROOM NAME | line TIME NAME TEXT | joined TIME NAME | left TIME NAME
//                     | online NAME... | error TEXT
const $ = id => document.getElementById(id);
const MOST_LINES = 500;
const LONGEST_WAIT = 15000;

let socket = null;
let wanted = null; // The room and name to be in, also across lost connections.
let me = '';
let failures = 0;
let retry = 0;

function connect() {
  clearTimeout(retry);
  state('connecting …');
  const address = new URL('socket', location.href);
  address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
  const mine = socket = new WebSocket(address);
  mine.onopen = () => mine.send(['join', wanted.room, wanted.name].join('\t'));
  mine.onmessage = message => mine === socket && receive(message.data.split('\t'));
  mine.onclose = () => mine === socket && lost();
}

function lost() {
  socket = null;
  if (!wanted) return;
  const wait = Math.min(LONGEST_WAIT, 500 * 2 ** failures++) * (0.5 + Math.random() / 2);
  state('connection lost, trying again …');
  enable(false);
  retry = setTimeout(connect, wait);
}

function receive([what, ...fields]) {
  if (what === 'room') entered(...fields);
  else if (what === 'line') line(...fields);
  else if (what === 'joined' || what === 'left') happened(what, ...fields);
  else if (what === 'online') online(fields);
  else if (what === 'error') refused(fields[0]);
}

function entered(room, name) {
  failures = 0;
  me = name;
  location.hash = encodeURIComponent(room);
  document.title = '# ' + room;
  $('title').textContent = room;
  $('lines').replaceChildren();
  $('entry').hidden = true;
  $('chat').hidden = false;
  state('');
  enable(true);
  $('text').focus();
}

function line(time, name, text) {
  const item = document.createElement('li');
  if (name === me) item.className = 'mine';
  item.append(clock(time), element('b', name), text);
  add(item);
}

function happened(what, time, name) {
  const item = element('li', name + (what === 'joined' ? ' has joined' : ' has left'));
  item.className = 'event';
  add(item);
}

function add(item) {
  const lines = $('lines');
  const atEnd = lines.scrollHeight - lines.scrollTop - lines.clientHeight < 60;
  lines.append(item);
  while (lines.childElementCount > MOST_LINES) lines.firstElementChild.remove();
  if (atEnd) lines.scrollTop = lines.scrollHeight;
}

function online(names) {
  $('count').textContent = names.length;
  $('names').replaceChildren(...names.map(name => element('li', name === me ? name + ' (you)' : name)));
}

function refused(reason) {
  if ($('chat').hidden) {
    $('refusal').textContent = reason;
    leave();
  } else {
    state(reason);
  }
}

function leave() {
  wanted = null;
  clearTimeout(retry);
  if (socket) socket.close(1000);
  socket = null;
  $('chat').hidden = true;
  $('entry').hidden = false;
  document.title = 'Chat';
  $('name').focus();
}

function element(tag, text) {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}

function clock(time) {
  const date = new Date(Number(time));
  const made = element('time', date.toLocaleTimeString([], {hour: '2-digit', minute: '2-digit'}));
  made.dateTime = date.toISOString();
  return made;
}

function state(text) {
  $('state').textContent = text;
}

function enable(on) {
  $('text').disabled = $('say').querySelector('button').disabled = !on;
}

$('join').addEventListener('submit', event => {
  event.preventDefault();
  $('refusal').textContent = '';
  wanted = {room: $('room').value.trim(), name: $('name').value.trim()};
  localStorage.setItem('name', wanted.name);
  failures = 0;
  connect();
});

$('say').addEventListener('submit', event => {
  event.preventDefault();
  const text = $('text').value.trim();
  if (!text || !socket || socket.readyState !== WebSocket.OPEN) return;
  socket.send('say\t' + text.replaceAll('\t', ' '));
  state('');
  $('text').value = '';
  $('lines').scrollTop = $('lines').scrollHeight;
});

$('leave').addEventListener('click', leave);

$('who').addEventListener('click', () => {
  const open = $('people').classList.toggle('open');
  $('who').setAttribute('aria-expanded', open);
});

// A browser that comes back from sleep or to a network need not wait.
addEventListener('online', () => wanted && !socket && connect());

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

$('name').value = localStorage.getItem('name') || '';
$('room').value = decoded(location.hash.slice(1)) || 'lobby';
$('name').focus();
