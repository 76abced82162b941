
# Names of contacts, where one is expected: asked of the program itself.
function __fish_udpqq_names
    set -l words (commandline -opc)
    set -l options
    set -l before
    for word in $words
        switch "$word"
            case '--profile=*'
                set options (string replace -r '=~' "=$HOME" -- "$word")
        end
        if test "$before" = --profile
            set options --profile (string replace -r '^~' $HOME -- "$word")
        end
        set before "$word"
    end
    set -l program (string replace -r '^~' $HOME -- "$words[1]")
    command $program $options contacts names 2>/dev/null
end

complete -c udpqq -f -n __fish_udpqq_needs_command -a '(__fish_udpqq_names)'
